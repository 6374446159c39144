"""A mail server for trying things out: it takes every message, keeps it as a file, and sends none on."""

import contextlib
import itertools
import re
import socketserver
import threading
from datetime import UTC, datetime


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)
        super().__init__(("127.0.0.1", 0), _Conversation)

    def keep(self, recipients, lines):
        """Write a message into a file that appears only when it is complete; the name tells when and to whom."""
        to = re.sub(r"[^\w.,@+-]", "_", ",".join(recipients))[:120]
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{next(self.numbers):04}-{to}"
        part = self.folder / f"{name}.part"
        part.write_bytes(b"".join(lines))
        part.rename(self.folder / f"{name}.eml")


class _Conversation(socketserver.StreamRequestHandler):
    """What SMTP (RFC 5321) asks of a server at the least."""

    def handle(self):
        self._say("220 mail catcher")
        recipients = []
        while line := self.rfile.readline():
            command = line[:4].upper().rstrip()
            if command == b"QUIT":
                self._say("221 bye")
                return
            if command == b"RCPT":
                recipients.append(line.decode("utf-8", "replace").partition(":")[2].partition(">")[0].strip(" <\r\n"))
            if command == b"DATA":
                self._say("354 end with a dot")
                self.server.keep(recipients, self._read_message())
            if command in (b"DATA", b"MAIL", b"RSET"):
                recipients = []
            known = command in (b"EHLO", b"HELO", b"MAIL", b"RCPT", b"DATA", b"RSET", b"NOOP")
            self._say("250 ok" if known else "502 not known")

    def _read_message(self):
        """Yield the lines of a message; a dot was put before those that begin with one."""
        while (line := self.rfile.readline()) and line != b".\r\n":
            yield line[1:] if line.startswith(b".") else line

    def _say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@contextlib.contextmanager
def serving(folder):
    """A mail server on the loopback for as long as the ``with`` lasts, in a thread of this process.

    :param folder: where the messages go, one ``.eml`` each
    :return: its port
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _Server(folder) as catcher:
        threading.Thread(target=catcher.serve_forever, daemon=True).start()
        try:
            yield catcher.server_address[1]
        finally:
            catcher.shutdown()
