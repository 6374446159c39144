"""The sandbox's own door as Python calls, for tests."""

import json
from urllib.parse import urlencode
from urllib.request import Request, urlopen

_TIMEOUT_S = 30


class Control:
    """:param str url: of a running sandbox"""

    def __init__(self, url):
        self._root = f"{url}/sandbox"

    def state(self):
        return self._call("GET", "")

    def fail(self, kind, **options):
        """Let the next requests fail; see :class:`.faults.Fault` for the options."""
        return self._call("POST", "/faults", {"kind": kind, **options})

    def heal(self):
        """Take away the faults that are still to come."""
        return self._call("DELETE", "/faults")

    def stamps(self, **chosen):
        """Return what was stamped, oldest first; by ``sha256``, ``uuid``, ``pac``, ``custom_id`` or ``issuer``."""
        return self._call("GET", f"/stamps?{urlencode(chosen)}")["stamps"]

    def set_balance(self, stamps):
        """:param int stamps: left in the account; ``None`` for no limit"""
        return self._call("POST", "/balance", {"stamps": stamps})

    def set_registered(self, rfc, registered):
        """Let the PACs take an issuer's documents or not."""
        return self._call("POST", "/registered", {"rfc": rfc, "registered": registered})

    def advance(self, seconds):
        """Move the sandbox's clock; ``None`` returns to real time."""
        return self._call("POST", "/clock", {"seconds": seconds})

    def answer(self, uuid, answer):
        """Answer a request to cancel as the receptor: ``"accept"`` or ``"reject"``; return the SAT's code."""
        return self._call("POST", "/answers", {"uuid": uuid, "answer": answer})["code"]

    def delay_sat(self, seconds):
        """Let stamps reach the SAT only after some seconds of the sandbox's clock."""
        return self._call("POST", "/sat", {"delay_s": seconds})

    def reset(self):
        """Forget everything."""
        return self._call("POST", "/reset", {})

    def _call(self, method, path, values=None):
        data = None if values is None else json.dumps(values).encode()
        request = Request(self._root + path, data, {"Content-Type": "application/json"}, method=method)
        with urlopen(request, timeout=_TIMEOUT_S) as answer:
            return json.load(answer)
