"""Servers for as long as a ``with`` lasts: Odoo, one that keeps mails, the PAC sandbox (``scripts/pac-sandbox``)."""

import contextlib
import itertools
import os
import re
import socketserver
import subprocess
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime

from vigor import cache, console, paths, python_env, system

START_TIMEOUT_S = 180
PAC_PROGRAM = paths.ADDONS / "gym_cfdi_sandbox" / "sandbox" / "__main__.py"
FIRST_PAC_PORT = 8199
# Where Odoo's PAC of type "sandbox" finds its server
PAC_VARIABLE = "VIGOR_PAC_SANDBOX_URL"


class OdooServer:
    """A running Odoo that serves one database."""

    def __init__(self, odoo, database, port, log, workers=0, smtp_port=None, environment=None):
        """Start it.

        :param int workers: processes; 0 for one with threads
        :param int smtp_port: of the mail server on this machine
        """
        self.url = f"http://127.0.0.1:{port}"
        self._expected = [f"{self.url}/web/login"]
        self.log = log
        arguments = ["-d", database, f"--db-filter=^{database}$", f"--http-port={port}", f"--workers={workers}"]
        if workers:
            gevent_port = system.free_port(port + 1)
            arguments.append(f"--gevent-port={gevent_port}")
            self._expected.append(f"http://127.0.0.1:{gevent_port}/websocket/health")
        if smtp_port:
            arguments += ["--smtp=127.0.0.1", f"--smtp-port={smtp_port}"]
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in odoo.command("server", *arguments)],
                env={**odoo.environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self):
        """Return when the login page is served and, with workers, the websocket too.

        :raise Problem: when the server ends or does not answer in time
        """
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise console.Problem(f"Odoo ended at once.\n{console.tail(self.log)}", f"The log is {self.log}.")
            if all(map(_answers, self._expected)):
                return
            time.sleep(0.3)
        raise console.Problem(f"Odoo did not answer at {self.url}.\n{console.tail(self.log)}", f"See {self.log}.")

    def stop(self):
        """End the server and its children."""
        console.end_group(self.process)


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def serving(odoo, database, port, log, **options):
    """A server that answers, stopped at the end whatever happens."""
    server = OdooServer(odoo, database, port, log, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()


# --- mails. Not by aiosmtpd: scripts/run has only the Python that it finds on the machine


class _MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, folder):
        self.folder = folder
        self.numbers = itertools.count(1)
        super().__init__(("127.0.0.1", 0), _MailConversation)

    def keep(self, recipients, lines):
        """Write a message into a file that appears only when it is complete; the name tells when and to whom."""
        to = re.sub(r"[^\w.,@+-]", "_", ",".join(recipients))[:120]
        name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{next(self.numbers):04}-{to}"
        part = self.folder / f"{name}.part"
        part.write_bytes(b"".join(lines))
        part.rename(self.folder / f"{name}.eml")


class _MailConversation(socketserver.StreamRequestHandler):
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
def mails_kept(folder):
    """A mail server on the loopback for as long as the ``with`` lasts, in a thread of this process.

    :param folder: where the messages go, one ``.eml`` each
    :return: its port
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _MailServer(folder) as catcher:
        threading.Thread(target=catcher.serve_forever, daemon=True).start()
        try:
            yield catcher.server_address[1]
        finally:
            catcher.shutdown()


# --- the PAC sandbox of gym_cfdi_sandbox


def main_pac(arguments):
    """Become the sandbox; ``--help`` is its own."""
    python = python_env.prepare(cache.Cache())
    os.execv(python, [str(python), str(PAC_PROGRAM), *arguments])


@contextlib.contextmanager
def pac_sandbox(python, state, log, port=None):
    """A sandbox for as long as the ``with`` lasts.

    :param state: the file in which it remembers from one run to the next
    :param port: the first free one when absent
    :return: the process and its address
    :raise Problem: when it does not start
    """
    command = [python, PAC_PROGRAM, "--port", port or system.free_port(FIRST_PAC_PORT), "--state", state]
    with telling_its_address(command, log, "PAC sandbox") as (process, url):
        yield process, url


@contextlib.contextmanager
def telling_its_address(command, log, what):
    """A program for as long as the ``with`` lasts, whose first line of output is where it answers.

    :param command: words
    :param str what: it is, for people
    :return: the process and its address
    :raise Problem: when it does not start
    """
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            text=True,
        )
    try:
        address = process.stdout.readline().strip()
        if not address:
            raise console.Problem(f"The {what} ended at once.\n{console.tail(log)}", f"See {paths.shown(log)}.")
        yield process, address
    finally:
        console.end_group(process)
        process.stdout.close()
