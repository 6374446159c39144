"""ZKTeco terminals and controllers by security PUSH (``DeviceType=acc``) with background verification.

The terminal is the client: it asks the gate over HTTP in the network of the branch, tells who stands there and waits
for the answer before it opens. Source: ZKTeco, *Security PUSH Communication Protocol*, versions 3.0.1 and 3.1.2. The
gate names version 3.0.1, of which everything is plain text; later ones may encrypt.
"""

import itertools
from datetime import UTC, datetime

from odoo.addons.gym_access.domain import codes, pass_code

PROTOCOL = "3.0.1"
OWN_OPENING = 0  # code of an event: the terminal knew the person and opened by itself, while nobody answered it
COMMANDS = 20  # in one answer
OPTIONS = "SET OPTIONS AutoServerFunOn=1,AutoServerMode=1"  # ask before opening; by its own list without an answer


class Terminal:
    """One terminal: its doors, what it is told, what it says.

    :param doors: door of the gate by the number that the terminal gives it
    """

    def __init__(self, serial, doors, passage, clock):
        self.serial, self._doors = serial, doors
        self._passage, self._clock = passage, clock
        self._ids = itertools.count(1)
        self._waiting, self._known = [], {}
        self._heard_at = None
        self._last_index = {}
        self.tell(OPTIONS)

    def tell(self, command):
        """Have a command fetched by the terminal with its next request."""
        self._waiting.append(f"C:{next(self._ids)}:{command}")

    def open(self, number=1, seconds=4):
        """Have a door opened with the next request of the terminal, a few seconds later."""
        self.tell(f"CONTROL DEVICE 01{number:02X}01{seconds:02X}")
        return True

    def keep_list(self, people):
        """Keep the terminal's own list, by which it decides when even the gate is down.

        It gets numbers and no names; who may not enter now is disabled.

        :param people: pairs of a person's number and whether they may enter
        """
        wanted = dict(people)
        for number in self._known.keys() - wanted.keys():
            self.tell(f"DATA DELETE user Pin={number}")
        for number, may_enter in wanted.items():
            if self._known.get(number) != may_enter:
                self.tell(
                    f"DATA UPDATE user CardNo=\tPin={number}\tPassword=\tGroup=0\tStartTime=0\tEndTime=0"
                    f"\tName=Socio\tPrivilege=0\tDisable={int(not may_enter)}"
                )
                self.tell(f"DATA UPDATE userauthorize Pin={number}\tAuthorizeTimezoneId=1\tAuthorizeDoorId=15")
        self._known = wanted

    def get_health(self):
        """Return whether the terminal is heard of, and what is known of it."""
        if not self._heard_at:
            return False, "not heard of yet"
        silent_s = (self._clock.now() - self._heard_at).total_seconds()
        return silent_s < 120, f"heard of {silent_s:.0f} s ago"

    # --- what it asks

    def answer(self, method, path, query, body):
        """Return the text that answers a request, and what to call once it is sent, or ``None``."""
        self._heard_at = self._clock.now()
        name = path.rsplit("/", 1)[-1]
        if method == "POST" and name == "cdata" and query.get("AuthType") == "device":
            return self._verify(body)
        if name in ("registry", "push") or (name == "cdata" and query.get("options") == "all"):
            return self._greet(name), None
        if name == "getrequest":
            return self._hand_over(), None
        if name == "rtdata":
            return f"DateTime={encode_time(self._clock.now())},ServerTZ=+0000", None
        if name == "cdata" and query.get("table") == "rtlog":
            self._note(body)
        if query.get("table") == "tabledata":
            return f"{query.get('tablename', 'user')}={query.get('count', '0')}", None
        return "OK", None

    def _greet(self, name):
        if name == "registry":
            return f"RegistryCode={self.serial}"
        lines = {
            "ServerVersion": PROTOCOL,
            "ServerName": "gate",
            "PushVersion": PROTOCOL,
            "PushProtVer": PROTOCOL,
            "ErrorDelay": 10,
            "RequestDelay": 2,
            "TransTimes": "00:00\t12:00",
            "TransInterval": 1,
            "TransTables": "User\tTransaction",
            "Realtime": 1,
            "SessionID": self.serial,
            "TimeoutSec": 5,
        }
        head = f"registry=ok\nRegistryCode={self.serial}\n" if name == "cdata" else ""
        return head + "\n".join(f"{key}={value}" for key, value in lines.items())

    def _hand_over(self):
        now, self._waiting = self._waiting[:COMMANDS], self._waiting[COMMANDS:]
        return "\n".join(now) or "OK"

    def _verify(self, body):
        """Answer who stands there; the door opens by the command in the answer."""
        line = body.strip()
        said = read_line(line)
        door = self._doors.get(_as_number(said.get("eventaddr")) or 1)
        if not door:
            return f"AUTH=FAILED\r\n{line}\r\nTIPS={self._passage.get_word('to_desk')}", None
        verdict = self._judge(door, said)
        if not verdict.lets_in:
            return f"AUTH=FAILED\r\n{line}\r\nTIPS={self._passage.get_word('to_desk')}", None
        command = f"CONTROL DEVICE 01{_as_number(said.get('eventaddr')) or 1:02X}01{door.seconds:02X}"
        text = f"AUTH=SUCCEED\r\n{line}\r\n{command}\r\nTIPS={self._passage.get_word('welcome')}"
        return text, lambda sent: self._passage.end(verdict, sent)

    def _judge(self, door, said):
        code = said.get("cardno", "")
        if codes.read_code(code) or pass_code.read(code):
            return self._passage.judge(door, code, "device")
        return self._passage.judge_person(door, f"member:{_as_number(said.get('pin'))}", "device")

    def _note(self, body):
        """Write down whom the terminal let in by itself, each once; what the gate decided is written already."""
        for line in body.splitlines():
            said = read_line(line)
            index, number = _as_number(said.get("index")), _as_number(said.get("eventaddr")) or 1
            door = self._doors.get(number)
            is_new = index > self._last_index.get(number, 0)
            if door and is_new and said.get("event") == str(OWN_OPENING):
                self._passage.note(door, f"member:{_as_number(said.get('pin'))}", self._clock.now())
                self._last_index[number] = index


def read_line(line):
    """Return what a line of tabs and equal signs says."""
    return dict(part.split("=", 1) for part in line.strip().split("\t") if "=" in part)


def encode_time(at):
    """Return an instant as the protocol counts it: months of 31 days since 2000 (its appendix 5)."""
    at = at.replace(tzinfo=UTC)
    days = ((at.year - 2000) * 12 + at.month - 1) * 31 + at.day - 1
    return days * 86400 + (at.hour * 60 + at.minute) * 60 + at.second


def decode_time(number):
    """Return the naive UTC instant of :func:`encode_time` (appendix 6)."""
    rest, second = divmod(number, 60)
    rest, minute = divmod(rest, 60)
    rest, hour = divmod(rest, 24)
    rest, day = divmod(rest, 31)
    year, month = divmod(rest, 12)
    return datetime(year + 2000, month + 1, day + 1, hour, minute, second)


def _as_number(text):
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 0
