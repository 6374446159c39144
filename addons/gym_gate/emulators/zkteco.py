"""A ZKTeco controller that asks in the background: security PUSH over HTTP, as a client, with its own list of people.

Without an answer it decides by that list, as the real one does, and tells of it later.
"""

import http.client
import itertools
from urllib.parse import urlencode

CR = "\r\n"


class Controller:
    """One controller with one door.

    :param str gate: ``host:port`` where the gate listens
    """

    def __init__(self, gate, serial="EMU0000001"):
        self.gate, self.serial = gate, serial
        self.users, self.options, self.done = {}, {}, []
        self.openings, self.tips = [], []
        self.registry_code = None
        self._index = itertools.count(1)
        self._waiting = []

    # --- starting and polling

    def start(self):
        """Introduce itself and fetch what it is told."""
        query = {"SN": self.serial, "options": "all", "pushver": "3.1.2", "DeviceType": "acc", "PushOptionsFlag": "1"}
        greeting = self.ask("GET", "/iclock/cdata", query)
        self.options |= dict(line.split("=", 1) for line in greeting.splitlines() if "=" in line)
        if "RegistryCode" not in self.options:
            answer = self.ask("POST", "/iclock/registry", {"SN": self.serial}, "DeviceType=acc,~DeviceName=EMU")
            self.options |= dict([answer.split("=", 1)])
        self.ask("POST", "/iclock/push", {"SN": self.serial})
        self.fetch()

    def fetch(self):
        """Ask for commands until there are none, and answer each."""
        while (text := self.ask("GET", "/iclock/getrequest", {"SN": self.serial})) != "OK":
            for line in text.splitlines():
                _c, number, command = line.split(":", 2)
                code = self._obey(command)
                result = f"ID={number}&Return={code}&CMD={command.split(' ')[0]}"
                self.ask("POST", "/iclock/devicecmd", {"SN": self.serial}, result)
                self.done.append((command, code))

    def _obey(self, command):
        """Do a command; return 0, or below it what went wrong."""
        fields = dict(part.split("=", 1) for part in command.split(" ", 3)[-1].split("\t") if "=" in part)
        if command.startswith("DATA UPDATE user "):
            self.users[fields["Pin"]] = fields
        elif command.startswith("DATA UPDATE userauthorize "):
            return 0 if fields["Pin"] in self.users else -1
        elif command.startswith("DATA DELETE user "):
            self.users.pop(fields["Pin"], None)
        elif command.startswith("CONTROL DEVICE "):
            self._open(command)
        elif command.startswith("SET OPTIONS "):
            self.options |= dict(part.split("=", 1) for part in command.removeprefix("SET OPTIONS ").split(","))
        else:
            return -1
        return 0

    def _open(self, command):
        operand = command.removeprefix("CONTROL DEVICE ")
        if operand[:2] == "01" and operand[4:6] == "01":
            self.openings.append((int(operand[2:4], 16), int(operand[6:8], 16)))

    # --- somebody stands there

    def verify(self, pin="0", card="0", door=1):
        """Ask the gate about somebody; return whether the door opened."""
        line = self._line(pin, card, door, 0)
        try:
            answer = self.ask("POST", "/iclock/cdata", {"SN": self.serial, "AuthType": "device"}, line)
        except OSError:
            return self._decide_alone(pin, card, door)
        first, *rest = answer.split(CR)
        self.tips.append(rest[-1].removeprefix("TIPS=") if rest else "")
        if first != "AUTH=SUCCEED" or rest[0] != line:
            return False
        before = len(self.openings)
        for one in rest:
            if one.startswith("CONTROL DEVICE "):
                self._open(one)
        return len(self.openings) > before

    def _decide_alone(self, pin, card, door):
        user = self.users.get(pin)
        if not user or user["Disable"] == "1":
            return False
        self.openings.append((door, 5))
        self._waiting.append(self._line(pin, card, door, 0, next(self._index)))
        return True

    def tell(self, times=1):
        """Hand over what it decided alone, as often as a controller does that gets no answer."""
        for _time in range(times):
            body = CR.join(self._waiting)
            self.ask("POST", "/iclock/cdata", {"SN": self.serial, "table": "rtlog"}, body)
        self._waiting = []

    @staticmethod
    def _line(pin, card, door, event, index=0):
        fields = {
            "time": "2026-11-30 12:00:00",
            "pin": pin,
            "cardno": card,
            "eventaddr": door,
            "event": event,
            "inoutstatus": 0,
            "verifytype": 1,
            "index": index,
        }
        return "\t".join(f"{name}={value}" for name, value in fields.items())

    def ask(self, method, path, query, body=""):
        """Return the text of an answer.

        :raise OSError: nobody answers
        """
        host, port = self.gate.split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=5)
        headers = {"Content-Type": "application/push;charset=UTF-8", "User-Agent": "iClock Proxy/1.09"}
        try:
            connection.request(method, f"{path}?{urlencode(query)}", body.encode() or None, headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        if response.status != 200:
            raise OSError(f"answered {response.status}")
        return text
