"""Hikvision terminals (DS-K1T) and controllers by ISAPI with remote check.

The gate sets the terminal up over HTTP with digest authentication; the terminal posts each event to the gate and, for
one with ``remoteCheck``, waits for the answer in the same response. Source: Hikvision, *ISAPI Developer Guide, Access
Control*: ``AcsCfg``, ``httpHosts``, ``AccessControllerEvent``, ``RemoteCheck``, ``UserInfo/SetUp``.
"""

import http.client
import json
import re
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta

from odoo.addons.gym_access.domain import codes, pass_code

PATH = "/hikvision/"
TIMEOUT_S = 5
WAIT_S = 5  # how long the terminal waits for the gate before it decides by its own list
PICTURES = ("uploadVerificationPic", "saveVerificationPic", "uploadCapPic", "saveCapPic", "saveFacePic")
ALWAYS, NEVER = ("2020-01-01T00:00:00", "2037-12-31T23:59:59"), ("2020-01-01T00:00:00", "2020-01-01T23:59:59")
BY_ITSELF = frozenset({0x01, 0x02, 0x26, 0x4B, 0x4D, 0x69})  # card, card and PIN, finger, face and so on: it let in
OLD_S = 300  # an event before it is told later, and nobody waits
NAMESPACE = 'version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema"'


class Terminal:
    """One terminal and its door."""

    def __init__(self, address, username, password, door, passage, clock, channel=1):
        self.address, self._door, self._channel = address, door, channel or 1
        self._passage, self._clock = passage, clock
        self._known = {}
        self._problem = "not set up yet"
        self._last_serial = 0
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, f"http://{address}", username, password)
        self._opener = urllib.request.build_opener(urllib.request.HTTPDigestAuthHandler(passwords))

    @property
    def host(self):
        """Address from which it may call."""
        return self.address.partition(":")[0]

    # --- what the gate tells it

    def set_up(self, gate_host, gate_port):
        """Have the terminal ask this gate, keep no pictures, and decide by its own list without an answer."""
        config = self._ask("GET", "/ISAPI/AccessControl/AcsCfg?format=json").get("AcsCfg", {})
        config |= {
            "remoteCheckDoorEnabled": True,
            "checkChannelType": "ISAPIListen",
            "remoteCheckWithISAPIListen": "sync",
            "needDeviceCheck": True,
            "remoteCheckTimeout": WAIT_S,
            "remoteCheckVerifyMode": 6,
            "offlineDevCheckOpenDoorEnabled": True,
        }
        config |= {name: False for name in PICTURES if name in config}
        self._ask("PUT", "/ISAPI/AccessControl/AcsCfg?format=json", json.dumps({"AcsCfg": config}))
        self._ask(
            "PUT",
            "/ISAPI/Event/notification/httpHosts",
            f"<HttpHostNotificationList {NAMESPACE}><HttpHostNotification><id>1</id><url>{PATH}{self._door.id}</url>"
            "<protocolType>HTTP</protocolType><parameterFormatType>JSON</parameterFormatType>"
            f"<addressingFormatType>ipaddress</addressingFormatType><ipAddress>{gate_host}</ipAddress>"
            f"<portNo>{gate_port}</portNo><httpAuthenticationMethod>none</httpAuthenticationMethod>"
            "<httpBroken>true</httpBroken></HttpHostNotification></HttpHostNotificationList>",
        )
        self._problem = None

    def keep_list(self, people):
        """Keep the terminal's own list: numbers without names, out of date for who may not enter now.

        :param people: pairs of a person's number and whether they may enter
        """
        wanted = dict(people)
        for number in self._known.keys() - wanted.keys():
            what = {"UserInfoDelCond": {"EmployeeNoList": [{"employeeNo": str(number)}]}}
            self._ask("PUT", "/ISAPI/AccessControl/UserInfo/Delete?format=json", json.dumps(what))
            del self._known[number]
        for number, may_enter in wanted.items():
            if self._known.get(number) != may_enter:
                user = _as_user(number, may_enter, self._channel)
                self._ask("PUT", "/ISAPI/AccessControl/UserInfo/SetUp?format=json", json.dumps(user))
                self._known[number] = may_enter

    def open(self):
        """Open the door from the gate; return whether the terminal confirmed it."""
        body = f"<RemoteControlDoor {NAMESPACE}><cmd>open</cmd></RemoteControlDoor>"
        self._ask("PUT", f"/ISAPI/AccessControl/RemoteControl/door/{self._channel}", body)
        return True

    def get_health(self):
        """Return whether the terminal works and what it says."""
        try:
            began = time.monotonic()
            self._ask("GET", "/ISAPI/System/deviceInfo")
            return self._problem is None, self._problem or f"{(time.monotonic() - began) * 1000:.0f} ms"
        except (OSError, ValueError) as error:
            return False, str(error)[:200]

    def _ask(self, method, path, body=None):
        """Return the JSON of an answer, or an empty dict for XML.

        :raise ValueError: the terminal refused
        """
        kind = "application/xml" if body and body.startswith("<") else "application/json"
        data = body.encode() if body else None
        request = urllib.request.Request(f"http://{self.address}{path}", data, {"Content-Type": kind}, method=method)
        try:
            with self._opener.open(request, timeout=TIMEOUT_S) as response:
                answer = response.read()
        except urllib.error.HTTPError as error:
            raise ValueError(f"the terminal answered {error.code}: {_read_status(error.read())}") from error
        except http.client.HTTPException as error:
            raise ValueError(f"the terminal answered half: {error}") from error
        return json.loads(answer) if answer.lstrip().startswith(b"{") else {}

    # --- what it asks

    def answer(self, body, content_type):
        """Return what answers a post of events: an object, and what to call once it is sent, or ``None``."""
        for event in read_events(body, content_type):
            said = event.get("AccessControllerEvent") or {}
            if _is_waiting(event, said, self._clock.now()):
                return self._check(said)
            self._note(said)
        return {}, None

    def _check(self, said):
        code = str(said.get("QRCodeInfo") or said.get("cardNo") or "")
        if codes.read_code(code) or pass_code.read(code):
            verdict = self._passage.judge(self._door, code, "device")
        else:
            number = _as_number(said.get("employeeNoString"))
            verdict = self._passage.judge_person(self._door, f"member:{number}", "device")
        info = self._passage.get_word("welcome" if verdict.lets_in else "to_desk")
        result = "success" if verdict.lets_in else "failed"
        answer = {"RemoteCheck": {"serialNo": said.get("serialNo", 0), "checkResult": result, "info": info}}
        return answer, (lambda sent: self._passage.end(verdict, sent)) if verdict.lets_in else None

    def _note(self, said):
        """Write down whom the terminal let in by itself while the gate was away, each once."""
        serial, number = said.get("serialNo") or 0, _as_number(said.get("employeeNoString"))
        is_own = said.get("majorEventType") == 5 and said.get("subEventType") in BY_ITSELF
        if number and is_own and not said.get("remoteCheckResult") and serial > self._last_serial:
            self._last_serial = serial
            self._passage.note(self._door, f"member:{number}", self._clock.now())


def read_events(body, content_type):
    """Return the events of a post, JSON as it is or in parts; pictures are not looked at."""
    boundary = re.search(r'boundary="?([^";]+)"?', content_type or "")
    parts = body.split(b"--" + boundary[1].encode()) if boundary else [body]
    texts = (part[part.find(b"{") : part.rfind(b"}") + 1] for part in parts if b"image/" not in part[:400])
    found = []
    for text in texts:
        try:
            found.append(json.loads(text))
        except ValueError:
            continue
    return [one for one in found if isinstance(one, dict) and one.get("eventType") == "AccessControllerEvent"]


def _is_waiting(event, said, now):
    if str(said.get("remoteCheck")).lower() != "true" or said.get("currentEvent") is False:
        return False
    try:
        at = datetime.fromisoformat(event.get("dateTime"))
    except (TypeError, ValueError):
        return True
    at = at.replace(tzinfo=None) - (at.utcoffset() or timedelta(0))
    return abs((now - at).total_seconds()) <= OLD_S


def _as_user(number, may_enter, channel):
    begin, end = ALWAYS if may_enter else NEVER
    return {
        "UserInfo": {
            "employeeNo": str(number),
            "name": "Socio",
            "userType": "normal",
            "Valid": {"enable": True, "beginTime": begin, "endTime": end, "timeType": "local"},
            "doorRight": str(channel),
            "RightPlan": [{"doorNo": channel, "planTemplateNo": "1"}],
        }
    }


def _read_status(body):
    text = body.decode("utf-8", "replace")
    found = re.search(r'subStatusCode"?\s*[:>]\s*"?(\w+)', text)
    return found[1] if found else text[:80]


def _as_number(text):
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
