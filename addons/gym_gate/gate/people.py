"""Who stands at the door, and may they enter: the rules of the server on what the gate knows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from odoo.addons.gym_access.domain import codes, pass_code
from odoo.addons.gym_access.domain.decision import Decision, decide, take_visit, takes_visit
from odoo.addons.gym_access.domain.facts import Context, Policy
from odoo.addons.gym_access.domain.reasons import reason
from odoo.addons.gym_access.domain.wire import load_facts

from ..domain import protocol
from ..domain.words import WORDS
from .store import OPENED, WAITS


@dataclass(frozen=True)
class Found:
    """Whom a code stands for.

    :param str key: of the person; ``None`` for nobody
    :param int pass_id: of the pass whose code it is
    :param str problem: of the code, a code of reasons
    :param phone: pair of a phone and the step of its code, which letting in takes
    """

    key: str | None = None
    pass_id: int = 0
    problem: str | None = None
    phone: tuple | None = None


@dataclass(frozen=True)
class Answer:
    """A decision with what follows from it."""

    decision: Decision
    takes: bool = False
    name: str = ""


class People:
    """The people of a branch as the gate knows them."""

    def __init__(self, store):
        self._store = store

    # --- who

    def find(self, text, now):
        """Return whom a code that was read stands for, as :class:`Found`."""
        if shown := pass_code.read(text):
            return self._find_phone(shown, now)
        code = codes.read_code(text)
        known = self._store.find_code(codes.fingerprint(code)) if code else None
        return Found(*known) if known else Found(problem="unknown_code")

    def _find_phone(self, shown, now):
        phone = self._store.find_phone(shown.phone)
        if not phone:
            return Found(problem="unknown_code")
        if phone["revoked"]:
            return Found(phone["key"], problem="revoked_credential")
        step = pass_code.find_step(shown, pass_code.step_of(now))
        if step is None:
            return Found(phone["key"], problem="expired_code")
        day = step // pass_code.STEPS
        anchor = phone["anchors"].get(day)
        if not anchor or not pass_code.leads_to(shown, day, bytes.fromhex(anchor)):
            return Found(problem="unknown_code")
        problem = "replayed_code" if step <= phone["used"] else None
        return Found(phone["key"], problem=problem, phone=None if problem else (shown.phone, step))

    # --- may they

    def decide(self, key, problem, now):
        """Return the :class:`Answer` about the person ``key`` at ``now``."""
        known = self._store.get_entry(key) if key else None
        if not known:
            return Answer(Decision("refuse", (reason(problem or "unknown_code"),)))
        data, through = known
        facts = self.get_facts(key, data, through)
        decision = decide(facts, self.get_context(key, data, now, problem))
        takes = decision.lets_in and takes_visit(facts, decision.right, now)
        return Answer(decision, takes, data["name"])

    def get_facts(self, key, data, through):
        """Return the facts of a person with the visits that this gate has let in since they were made."""
        facts = load_facts(data["facts"])
        day_ends = [datetime.fromisoformat(text) for text in self._store.get("branch")["day_ends"]]
        for event in self._store.get_events(through, key):
            if event["takes"] and event["door"] in (WAITS, OPENED):
                facts = take_visit(facts, event["right"], event["at"], day_ends)
        return facts

    def get_context(self, key, data, now, problem=None):
        """Return what is so at the branch at ``now`` for a person."""
        presence = self.get_presence()
        policy = Policy(**self._store.get("branch")["policy"])
        since = presence["inside"].get(key)
        entered = presence["entered"].get(key)
        is_recent = entered and entered > now - timedelta(minutes=policy.timed_minutes)
        heard_at = datetime.fromisoformat(self._store.get("heard_at"))
        return Context(
            now,
            code_problem=problem,
            inside_since=since[0] if since else None,
            entered_at=entered if policy.anti_passback == "timed" and is_recent and key.startswith("member") else None,
            inside_count=sum(1 for _since, is_here in presence["inside"].values() if is_here),
            is_guardian_inside=any(presence["inside"].get(one, (None, False))[1] for one in data["guardians"]),
            is_stale=(now - heard_at).total_seconds() > protocol.STALE_S,
            policy=policy,
        )

    def get_presence(self):
        """Return who is inside, as the server last said and with what this gate has seen since.

        :return: ``inside``: key to pairs of since when and whether here; ``entered``: key to when
        """
        told = self._store.get("presence", {"inside": {}, "entered": {}})
        inside = {key: (datetime.fromisoformat(at), is_here) for key, (at, is_here) in told["inside"].items()}
        entered = {key: datetime.fromisoformat(at) for key, at in told["entered"].items()}
        for who, way, at in self._store.get_passages(self._store.get("presence_through", 0)):
            if way == "out":
                inside.pop(who, None)
            else:
                inside[who] = (at, True)
                entered[who] = at
        return {"inside": inside, "entered": entered}

    # --- words

    def get_word(self, name):
        """Return a word of :data:`~..domain.words.WORDS` in the language of the branch."""
        return (self._store.get("branch") or {}).get("words", {}).get(name) or WORDS[name]

    def say(self, one):
        """Return a reason in the words of the branch: pair of what is so and what to do."""
        said, remedy = self._store.get("branch")["texts"].get(one.code, (one.code, ""))
        values = _Values({name: self._show(value) for name, value in one.values.items()})
        return said % values, remedy % values

    def _show(self, value):
        if isinstance(value, datetime):
            return self.get_clock(value)
        return value.strftime("%d/%m/%Y") if hasattr(value, "strftime") else value

    def get_clock(self, at):
        """Return the time of the branch at a naive UTC instant, whatever the zone of this computer: ``18:05``.

        Reckoned back from the end of the day, of which the server told; UTC for days that it told nothing of.
        """
        ends = [datetime.fromisoformat(text) for text in (self._store.get("branch") or {}).get("day_ends", ())]
        end = next((one for one in ends if timedelta(0) < one - at <= timedelta(hours=24)), None)
        return (datetime(2000, 1, 1) - (end - at) if end else at).strftime("%H:%M")


class _Values(dict):
    """Values of a sentence; a door does not know all of them."""

    def __missing__(self, name):
        return "…"
