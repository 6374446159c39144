"""A counterpart on loopback that answers what a test says, or behaves as badly as the test asks."""

import json
import socket
import struct
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """What to answer a request with.

    :param str fault: ``"drop"`` reads the request and resets the connection, ``"hang"`` reads it and says nothing,
        ``"cut"`` announces more bytes than it sends
    """

    body: str | bytes = ""
    status: int = 200
    headers: dict = field(default_factory=dict)
    fault: str = ""


@dataclass
class Received:
    method: str
    path: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


class Server(ThreadingHTTPServer):
    """Gives its ``answers`` in turn, the last one for ever, and keeps what it ``received``."""

    daemon_threads = True

    def __init__(self, answers):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers = list(answers)
        self.received = []
        self.closing = threading.Event()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def handle_error(self, request, client_address):
        """A connection that the other side broke is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.received.append(Received(self.command, self.path, dict(self.headers), body))
        answer = self.server.next_answer()
        if answer.fault == "hang":
            self.server.closing.wait(10)
            self.close_connection = True
        elif answer.fault == "drop":
            # a reset rather than an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
        else:
            self._answer(answer)

    do_GET = do_POST

    def _answer(self, answer):
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        for name, value in {"Content-Type": "text/xml; charset=utf-8", **answer.headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + 100 * (answer.fault == "cut")))
        self.end_headers()
        self.wfile.write(body)
        if answer.fault == "cut":
            self.close_connection = True

    def log_message(self, *_args):
        """Be quiet."""


@contextmanager
def serving(*answers):
    """Run a server that gives these answers."""
    server = Server(answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def free_port():
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
