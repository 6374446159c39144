import gzip
import json
import time

from odoo import SUPERUSER_ID
from odoo.http import Controller, Response, request, route

from odoo.addons.gym_members.domain.rate import RateLimit
from odoo.addons.vigor_guard.domain.network import group_address

from ..domain import protocol

REQUESTS = RateLimit(limit=240, window_s=60)  # of one gate: a poll every 5 s, and who is asked about at the door
STRANGERS = RateLimit(limit=60, window_s=60)  # of one address that has no key
GUESSES, GUESS_WINDOW_S = 10, 900  # wrong pairing codes of one address
LONGEST = 2_000_000  # bytes of a request
SMALLEST_ZIPPED = 1000


class GateApi(Controller):
    """What the programs at branches ask. They prove themselves by their key, and hear of their own branch alone."""

    @route(
        "/gym/gate/1/pair", type="http", auth="none", methods=["POST"], readonly=False, csrf=False, save_session=False
    )
    def gate_pair(self, **_form):
        asked = self._read()
        if asked is None:
            return self._refuse(400, "Send an object in JSON.")
        network = group_address(request.httprequest.remote_addr)
        attempts = self._get_env()["vigor.guard.attempt"]
        if not attempts._may_guess(GUESSES, GUESS_WINDOW_S, ("gate", network)):
            return self._refuse(429, "Too many wrong codes. Wait a quarter of an hour.")
        gate, key = self._get_env()["gym.gate"]._pair(asked.get("code") or "", asked.get("program"))
        if not gate:
            attempts._record_miss(("gate", network))
            return self._refuse(403, "This code is wrong, used or too old. Make a new one in the gate's form.")
        return self._answer({"key": f"{gate.id}.{key}", "name": gate.name, "branch": gate.location_id.name})

    @route(
        "/gym/gate/1/poll", type="http", auth="none", methods=["POST"], readonly=False, csrf=False, save_session=False
    )
    def gate_poll(self, **_form):
        return self._for_gate(lambda gate, asked: gate._answer_poll(_as_int(asked.get("since")), asked))

    @route(
        "/gym/gate/1/events", type="http", auth="none", methods=["POST"], readonly=False, csrf=False, save_session=False
    )
    def gate_events(self, **_form):
        def take(gate, asked):
            events = asked.get("events")
            events = events[: protocol.EVENTS_PAGE] if isinstance(events, list) else []
            return {"accepted": gate._take_events(events)}

        return self._for_gate(take)

    @route(
        "/gym/gate/1/decide", type="http", auth="none", methods=["POST"], readonly=False, csrf=False, save_session=False
    )
    def gate_decide(self, **_form):
        return self._for_gate(lambda gate, asked: gate._decide(asked))

    # === WHO ASKS === #

    def _for_gate(self, answer):
        """Answer a gate that has a key: ``answer`` gets the gate and what was asked; anybody else is refused alike."""
        word, _space, key = request.httprequest.headers.get("Authorization", "").partition(" ")
        gate = self._get_env()["gym.gate"]._find_by_key(key.strip() if word == "Bearer" else "")
        asker = gate.id or group_address(request.httprequest.remote_addr)
        if not (REQUESTS if gate else STRANGERS).allows(asker, time.monotonic()):
            return self._refuse(429, "Too many requests. Wait a minute.")
        if not gate:
            return self._refuse(401, "This gate is not paired, or its key was revoked.")
        asked = self._read()
        return self._refuse(400, "Send an object in JSON.") if asked is None else self._answer(answer(gate, asked))

    @staticmethod
    def _get_env():
        return request.env(user=SUPERUSER_ID, su=True)

    @staticmethod
    def _read():
        """Return the object of the request; ``None`` for anything else."""
        if (request.httprequest.content_length or 0) > LONGEST:
            return None
        try:
            asked = json.loads(request.httprequest.get_data() or b"{}")
        except ValueError:
            return None
        return asked if isinstance(asked, dict) else None

    @staticmethod
    def _answer(data, status=200):
        body, headers = json.dumps(data).encode(), [("Content-Type", "application/json"), ("Cache-Control", "no-store")]
        if len(body) > SMALLEST_ZIPPED and "gzip" in request.httprequest.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 5)
            headers.append(("Content-Encoding", "gzip"))
        return Response(body, status=status, headers=headers)

    def _refuse(self, status, why):
        return self._answer({"error": why}, status)


def _as_int(value):
    return value if isinstance(value, int) and 0 <= value < 2**31 else 0
