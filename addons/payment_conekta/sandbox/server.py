"""Lets an account answer over HTTP on the loopback interface, with whatever can go wrong on the way."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from .account import Account

# What goes wrong with the next request that could change something
LOST_REQUEST = "lost request"  # the connection breaks before anything is done
LOST_ANSWER = "lost answer"  # it is done, then the connection breaks
SLOW_ANSWER = "slow answer"  # it is done, and the answer comes too late
ERROR_BEFORE = "error before"  # 500, nothing done
ERROR_AFTER = "error after"  # 500 although it was done
GARBAGE_AFTER = "garbage after"  # it is done, the answer is no JSON
HALF_AFTER = "half after"  # it is done, the answer is JSON without what matters
TOO_MANY = "too many"  # 429, nothing done
FAULTS = (LOST_REQUEST, LOST_ANSWER, ERROR_BEFORE, ERROR_AFTER, GARBAGE_AFTER, HALF_AFTER, TOO_MANY)
SLOW_S = 1.5


class ConektaServer(Account):
    """An account that listens; use it as a context manager.

    :ivar requests: (method, path, headers, body) of all that came
    :ivar fault: what goes wrong next, once
    :ivar is_down: answers 503 to everything
    """

    def __init__(self, network, now=None):
        super().__init__(network, now or int(time.time()))
        self.requests, self.fault, self.is_down = [], None, False
        handler = type("Handler", (_Handler,), {"account": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()

    def sent(self, method, path):
        """Return headers and bodies of the requests that came to ``path``."""
        return [(headers, body) for verb, at, headers, body in self.requests if (verb, at) == (method, path)]


def answer_with_fault(account, fault, request):
    """Return what a request gets when ``fault`` happens: (status, bytes), ``None`` when the connection breaks."""
    if fault == LOST_REQUEST:
        return None
    if fault == ERROR_BEFORE:
        return 500, b'{"object":"error","type":"api_error"}'
    if fault == TOO_MANY:
        return 429, b'{"object":"error","type":"rate_limit_error","details":[]}'
    status, content = account.handle(*request)
    if fault in (LOST_ANSWER, SLOW_ANSWER):
        return None
    if fault == ERROR_AFTER:
        return 500, b"<html>Internal Server Error</html>"
    if fault == GARBAGE_AFTER:
        return 200, b"<html>gateway</html>"
    if fault == HALF_AFTER:
        return 200, b'{"object":"order"}'
    return status, json.dumps(content).encode()


class _Handler(BaseHTTPRequestHandler):
    account = None

    def log_message(self, *_args):
        pass

    def _answer(self, method):
        url, account = urlsplit(self.path), self.account
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        account.requests.append((method, url.path, self.headers, body))
        fault = account.fault if method == "POST" else None
        if fault:
            account.fault = None
        request = (method, url.path, dict(parse_qsl(url.query)), self.headers, body)
        answer = (503, b"down") if account.is_down else answer_with_fault(account, fault, request)
        if fault == SLOW_ANSWER:
            time.sleep(SLOW_S)
        if answer is None:
            self.close_connection = True
        else:
            self._reply(*answer)

    def _reply(self, status, content):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def do_GET(self):
        self._answer("GET")

    def do_POST(self):
        self._answer("POST")
