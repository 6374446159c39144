"""Somebody at a door: read, decided, written down, let in. In this order, whatever dies in between."""

import logging
import threading
from dataclasses import dataclass, field
from datetime import datetime

from odoo.addons.gym_access.domain import codes, pass_code
from odoo.addons.gym_access.domain.decision import ALLOW, Decision
from odoo.addons.gym_access.domain.wire import dump_reasons, load_decision

from ..domain import protocol
from .people import Answer, Found
from .store import NOT_OPENED, OPENED, Taken

_logger = logging.getLogger(__name__)
FINAL = ("expired_code", "replayed_code", "revoked_credential")  # the server knows no better


@dataclass(frozen=True)
class Door:
    """A door or turnstile.

    :param int id: as the server counts them; 0 is the desk page
    :param device: with ``open()``, which returns whether the door confirmed; ``None`` opens nothing
    """

    id: int
    name: str = ""
    direction: str = "in"
    device: object = None
    seconds: int = 4


@dataclass(frozen=True)
class Verdict:
    """What was decided and written down.

    :param int seq: of the event; 0 when nothing was written because it was the same act as before
    """

    seq: int
    outcome: str
    name: str = ""
    reasons: tuple = ()
    said: tuple = field(default=())
    is_offline: bool = False

    @property
    def lets_in(self):
        """Whether the door opens."""
        return self.outcome in protocol.LET_IN

    @property
    def codes(self):
        """The codes of the reasons."""
        return tuple(one.code for one in self.reasons)


class Passage:
    """Lets people in.

    :param ask: of :class:`~.sync.Sync`: what the server decides, or ``None``
    """

    def __init__(self, store, people, clock, ask=lambda question: None):
        self._store, self._people, self._clock, self._ask = store, people, clock, ask
        self._lock = threading.RLock()
        self._last = {}

    def scan(self, door, text, method="code"):
        """Do all of it for a code that a reader of ``door`` read; return the :class:`Verdict`."""
        verdict = self.judge(door, text, method)
        return self.open(door, verdict)

    def open(self, door, verdict):
        """Open the door for a verdict that lets in, and write down what became of it."""
        if verdict.seq and verdict.lets_in:
            self.end(verdict, bool(door.device) and _opens(door))
        return verdict

    def end(self, verdict, opened):
        """Write down whether the door opened; a refusal ends with being written."""
        if verdict.seq:
            self._store.end_event(verdict.seq, OPENED if opened else NOT_OPENED)

    def judge(self, door, text, method="code"):
        """Decide about a code and write the event, which is on the disk when this returns."""
        with self._lock:
            if repeated := self._get_repeated(door, text):
                return repeated
            found = self._people.find(text, self._clock.now())
            if door.direction == "out":
                verdict = self._write(door, found, Answer(Decision(ALLOW)), method, False)
            else:
                verdict = self._decide(door, found, text, method)
            self._last[door.id] = (text, self._clock.now(), verdict)
            return verdict

    def judge_person(self, door, key, method="desk", override=0):
        """Decide about somebody whom the desk or a terminal knows, and write the event.

        :param int override: number of a reason with which the desk lets in against a refusal
        """
        with self._lock:
            if door.direction == "out":
                return self._write(door, Found(key), Answer(Decision(ALLOW)), method, False)
            return self._decide(door, Found(key), None, method, override)

    def note(self, door, key, at):
        """Write down somebody whom a terminal let in by its own list, while nobody answered it."""
        with self._lock:
            answer = self._people.decide(key, None, at)
            known = answer.decision if answer.decision.lets_in else Decision(ALLOW, (), answer.decision.right)
            verdict = self._write(door, Found(key), Answer(known, answer.takes, answer.name), "device", True)
            self.end(verdict, True)

    def get_word(self, name):
        """Return a word of the branch, for the screen of a device."""
        return self._people.get_word(name)

    def look(self, key):
        """Return the :class:`~.people.Answer` about somebody without writing anything."""
        return self._people.decide(key, None, self._clock.now())

    def _get_repeated(self, door, text):
        """Return the verdict of the same code read twice at one door within seconds: one act."""
        last, at, verdict = self._last.get(door.id, (None, None, None))
        if last == text and (self._clock.now() - at).total_seconds() < pass_code.REPEAT_S:
            return Verdict(0, verdict.outcome, verdict.name, verdict.reasons, verdict.said, verdict.is_offline)
        return None

    def _decide(self, door, found, text, method, override=0):
        answer = self._people.decide(found.key, found.problem, self._clock.now())
        is_offline = not self._is_fresh()
        may_ask = found.problem not in FINAL and not self._store.is_passing(found.key)
        if (is_offline or not answer.decision.lets_in) and may_ask:
            told = self._ask(self._get_question(found, text))
            if told:
                found, answer = self._take_word(found, told)
            is_offline = not told
        return self._write(door, found, answer, method, is_offline, override)

    def _is_fresh(self):
        heard = self._store.get("heard_at")
        return bool(heard) and (self._clock.now() - datetime.fromisoformat(heard)).total_seconds() < protocol.FRESH_S

    @staticmethod
    def _get_question(found, text):
        if found.key:
            return {"who": found.key, "pass": found.pass_id, "problem": found.problem}
        return {"code": text if text and (codes.read_code(text) or pass_code.read(text)) else ""}

    @staticmethod
    def _take_word(found, told):
        answer = Answer(load_decision(told["decision"]), bool(told.get("takes")), told.get("name") or "")
        if found.key:
            return found, answer
        return Found(told.get("who"), told.get("pass") or 0), answer

    def _write(self, door, found, answer, method, is_offline, override=0):
        decision = answer.decision
        is_override = bool(override) and not decision.lets_in
        outcome = protocol.OVERRIDE if is_override else decision.outcome
        now = self._clock.now()
        body = {
            "at": now.isoformat(),
            "point": door.id,
            "direction": door.direction,
            "method": method,
            "who": found.key,
            "pass": found.pass_id,
            "phone": list(found.phone) if found.phone else None,
            "outcome": outcome,
            "reasons": dump_reasons(decision.reasons),
            "right": decision.right,
            "takes": answer.takes,
            "offline": is_offline,
            "override": override if is_override else 0,
        }
        try:
            seq = self._store.write_event(body, now, found.phone)
        except Taken:
            replayed = self._people.decide(found.key, "replayed_code", now)
            return self._write(door, Found(found.key, problem="replayed_code"), replayed, method, is_offline)
        if outcome not in protocol.LET_IN:
            self._store.end_event(seq, NOT_OPENED)
        said = tuple(self._people.say(one) for one in decision.reasons) if self._store.get("branch") else ()
        return Verdict(seq, outcome, answer.name, decision.reasons, said, is_offline)


def _opens(door):
    """Tell whether a door confirmed that it opened; whatever its device does, the gate goes on."""
    try:
        return bool(door.device.open())
    except Exception:  # noqa: BLE001 - a device may answer anything
        _logger.warning("%s did not confirm that it opened", door.name, exc_info=True)
        return False
