"""A Hikvision terminal: ISAPI with digest authentication, and events that ask and wait (remote check)."""

import hashlib
import json
import re
import secrets
import threading
import urllib.request
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

REALM, USER = "DS-K1T emulator", "admin"
PICTURE = b"\xff\xd8\xff\xe0 not looked at \xff\xd9"


class Terminal(ThreadingHTTPServer):
    """One terminal on the loopback."""

    daemon_threads = True

    def __init__(self, port=0, password="Emulator1"):
        self.password, self.nonce = password, secrets.token_hex(8)
        self.config = {"uploadVerificationPic": True, "saveFacePic": True, "showName": True}
        self.users, self.openings, self.shown = {}, [], []
        self.listener, self.is_busy = None, False
        self._serial, self._waiting = 1000, []
        super().__init__(("127.0.0.1", port), _Request)
        self.address = f"127.0.0.1:{self.server_address[1]}"

    def start(self):
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    # --- somebody stands there

    def verify(self, employee="", card="", code="", with_picture=False):
        """Ask the gate about somebody; return whether the door opened."""
        self._serial += 1
        event = self._event(employee, card, code) | {"remoteCheck": bool(self.config.get("remoteCheckDoorEnabled"))}
        try:
            answer = self._post(event, with_picture)
        except OSError:
            return self._decide_alone(employee)
        check = answer.get("RemoteCheck", {})
        if check.get("serialNo") != self._serial:
            return False
        self.shown.append(check.get("info"))
        if check.get("checkResult") == "success":
            self.openings.append(employee or card or code)
        return check.get("checkResult") == "success"

    def _decide_alone(self, employee):
        valid = self.users.get(employee, {}).get("Valid", {})
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
        is_good = self.config.get("offlineDevCheckOpenDoorEnabled") and valid.get("beginTime", "9") <= now
        if not (is_good and now <= valid["endTime"]):
            return False
        self.openings.append(employee)
        self._waiting.append(self._event(employee, "", "") | {"subEventType": 0x4B, "currentEvent": False})
        return True

    def tell(self):
        """Hand over what it decided alone."""
        for event in self._waiting:
            self._post(event, False)
        self._waiting = []

    def _event(self, employee, card, code):
        found = {
            "majorEventType": 5,
            "subEventType": 0x4B if employee else 0x09,
            "doorNo": 1,
            "cardReaderNo": 1,
            "serialNo": self._serial,
            "currentEvent": True,
        }
        named = {"employeeNoString": employee, "cardNo": card, "QRCodeInfo": code}
        return found | {name: value for name, value in named.items() if value}

    def _post(self, event, with_picture):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        text = json.dumps({"eventType": "AccessControllerEvent", "dateTime": now, "AccessControllerEvent": event})
        body, kind = text.encode(), "application/json"
        if with_picture:
            body, kind = _in_parts(body)
        request = urllib.request.Request(self.listener, body, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=self.config.get("remoteCheckTimeout", 5)) as response:
            return json.loads(response.read() or b"{}")

    # --- what it is told

    def may(self, header, method, uri):
        """Tell whether a request proves the password."""
        said = dict(re.findall(r'(\w+)="?([^",]+)"?', header or ""))
        first, second = _md5(f"{USER}:{REALM}:{self.password}"), _md5(f"{method}:{uri}")
        parts = [first, self.nonce, said.get("nc", ""), said.get("cnonce", ""), "auth", second]
        return said.get("nonce") == self.nonce and said.get("response") == _md5(":".join(parts))

    def obey(self, method, path, body):
        """Return status and answer of a request."""
        if self.is_busy:
            return 503, {"statusCode": 2, "statusString": "Device Busy", "subStatusCode": "deviceBusy"}
        if path.startswith("/ISAPI/AccessControl/AcsCfg"):
            if method == "PUT":
                self.config = json.loads(body)["AcsCfg"]
            return 200, {"AcsCfg": self.config}
        if path == "/ISAPI/Event/notification/httpHosts":
            host, port, url = (re.search(f"<{tag}>(.*?)<", body)[1] for tag in ("ipAddress", "portNo", "url"))
            self.listener = f"http://{host}:{port}{url}"
        elif "/UserInfo/SetUp" in path:
            user = json.loads(body)["UserInfo"]
            self.users[user["employeeNo"]] = user
        elif "/UserInfo/Delete" in path:
            for one in json.loads(body)["UserInfoDelCond"]["EmployeeNoList"]:
                self.users.pop(one["employeeNo"], None)
        elif "/RemoteControl/door/" in path:
            self.openings.append("remote")
        elif path != "/ISAPI/System/deviceInfo":
            return 403, {"statusCode": 4, "statusString": "Invalid Operation", "subStatusCode": "notSupport"}
        return 200, {"statusCode": 1, "statusString": "OK", "subStatusCode": "ok"}


def _in_parts(event):
    boundary = b"MIME_boundary"
    parts = ((b"AccessControllerEvent", b"application/json", event), (b"Picture", b"image/jpeg", PICTURE))
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n' % (boundary, *part)
        for part in parts
    )
    return body + b"--%s--\r\n" % boundary, f"multipart/form-data; boundary={boundary.decode()}"


def _md5(text):
    return hashlib.md5(text.encode()).hexdigest()


class _Request(BaseHTTPRequestHandler):
    def do_GET(self):
        self._handle("GET")

    def do_PUT(self):
        self._handle("PUT")

    def _handle(self, method):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if not self.server.may(self.headers.get("Authorization"), method, self.path):
            challenge = f'Digest qop="auth", realm="{REALM}", nonce="{self.server.nonce}"'
            self._answer(401, {}, challenge)
            return
        self._answer(*self.server.obey(method, self.path, body))

    def _answer(self, status, data, challenge=None):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""
