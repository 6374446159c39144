"""Where terminals call the gate: a port in the network of the branch that answers listed devices alone."""

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .devices import hikvision

_logger = logging.getLogger(__name__)
LONGEST = 5_000_000  # bytes of a request; pictures come along with some events


class Listener(ThreadingHTTPServer):
    """The port. ``terminals`` are those of ZKTeco by serial number, ``posting`` those of Hikvision by door."""

    daemon_threads = True

    def __init__(self, host, port):
        self.terminals, self.posting, self.hosts = {}, {}, {}
        super().__init__((host, port), _Request)

    def start(self):
        """Answer in a thread."""
        threading.Thread(target=self.serve_forever, name="lan", daemon=True).start()
        return self

    def answer(self, method, path, query, body, headers, host):
        """Return status, kind and text of an answer, and what to call once it is sent, or ``None``."""
        if path.startswith("/iclock/"):
            terminal = self.terminals.get(query.get("SN"))
            if terminal and self.hosts.get(query["SN"]) in ("", host):
                text, then = terminal.answer(method, path, query, body.decode("utf-8", "replace"))
                return 200, "text/plain", text, then
        if path.startswith(hikvision.PATH):
            terminal = self.posting.get(path.removeprefix(hikvision.PATH))
            if terminal and terminal.host == host:
                answer, then = terminal.answer(body, headers.get("Content-Type"))
                return 200, "application/json", json.dumps(answer), then
        _logger.warning("%s is no device of this gate", host)
        return 404, "text/plain", "unknown device", None


class _Request(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self):
        self._handle("GET")

    def do_POST(self):
        self._handle("POST")

    def _handle(self, method):
        parts = urlsplit(self.path)
        size = self.headers.get("Content-Length", "0")
        if not size.isdecimal() or int(size) > LONGEST:
            self.send_error(413)
            return
        body = self.rfile.read(int(size))
        query = dict(parse_qsl(parts.query))
        status, kind, text, then = self.server.answer(
            method, parts.path, query, body, self.headers, self.client_address[0]
        )
        sent = self._send(status, kind, text)
        if then:
            then(sent)

    def _send(self, status, kind, text):
        """Send an answer; return whether it went out whole."""
        body = text.encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
        except OSError:
            return False
        return True

    def log_message(self, *args):
        """Codes and numbers of people go into no log."""
