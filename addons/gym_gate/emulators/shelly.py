"""A relay that speaks as a Shelly Gen2 does: JSON-RPC over ``POST /rpc``, digest authentication, and its faults."""

import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ..gate.devices.shelly import make_response

MODEL = "shellyplus1-emulator"
FAULTS = ("silent", "half", "http_500", "refused", "slow")


class Shelly(ThreadingHTTPServer):
    """One relay on the loopback.

    :param str password: of the user admin; none when empty
    """

    daemon_threads = True

    def __init__(self, port=0, password=""):
        self.password, self.nonces = password, {}
        self.on_until, self.openings, self.fault = 0.0, [], None
        super().__init__(("127.0.0.1", port), _Request)
        self.address = f"127.0.0.1:{self.server_address[1]}"

    def start(self):
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    @property
    def is_on(self):
        """Whether the contact is closed: whether the door is open."""
        return time.monotonic() < self.on_until

    def call(self, method, params):
        """Return the result of a method.

        :raise KeyError: for one that is not known
        """
        if method == "Switch.Set":
            was_on = self.is_on
            after_s = params.get("toggle_after") or 1e9
            self.on_until = time.monotonic() + after_s if params["on"] else 0.0
            if params["on"]:
                self.openings.append(time.time())
            return {"was_on": was_on}
        if method == "Switch.GetStatus":
            return {"id": params.get("id", 0), "source": "HTTP_in", "output": self.is_on}
        if method == "Shelly.GetDeviceInfo":
            return {"id": MODEL, "gen": 2, "app": "Plus1", "ver": "1.4.4", "auth_en": bool(self.password)}
        raise KeyError(method)

    def may(self, frame):
        """Tell whether a request proves the password; a nonce counts up and takes no number twice."""
        auth = frame.get("auth") or {}
        nonce, counter = str(auth.get("nonce")), auth.get("nc", 1)
        if not self.password or frame.get("method") == "Shelly.GetDeviceInfo":
            return True
        if counter <= self.nonces.get(nonce, 1e9):
            return False
        good = make_response(MODEL, self.password, nonce, counter, auth.get("cnonce")) == auth.get("response")
        if good:
            self.nonces[nonce] = counter
        return good

    def challenge(self):
        """Return the header that asks for the password."""
        nonce = str(secrets.randbelow(10**9))
        self.nonces[nonce] = 0
        return f'Digest qop="auth", realm="{MODEL}", nonce="{nonce}", algorithm=SHA-256'


class _Request(BaseHTTPRequestHandler):
    def do_POST(self):
        frame = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        fault = self.server.fault
        if fault in ("silent", "slow"):
            time.sleep(3600 if fault == "silent" else 1)
        if fault == "http_500":
            self.send_error(500)
        elif not self.server.may(frame):
            self._answer(401, {}, [("WWW-Authenticate", self.server.challenge())])
        elif fault == "refused":
            self._answer(200, {"id": frame["id"], "error": {"code": -103, "message": "Invalid argument"}})
        else:
            self._call(frame, is_half=fault == "half")

    def _call(self, frame, is_half):
        try:
            result = self.server.call(frame["method"], frame.get("params") or {})
        except KeyError:
            self._answer(200, {"id": frame.get("id"), "error": {"code": 404, "message": "No handler"}})
            return
        self._answer(200, {"id": frame.get("id"), "src": MODEL, "dst": frame.get("src"), "result": result}, (), is_half)

    def _answer(self, status, data, headers=(), is_half=False):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if is_half else body)

    def log_message(self, *args):
        """Say nothing."""
