"""A server of one branch for trying gates without Odoo: it answers as ``/gym/gate/1`` does, and fails when told to."""

import json
import secrets
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.addons.gym_access.domain import codes
from odoo.addons.gym_access.domain.decision import decide, takes_visit
from odoo.addons.gym_access.domain.facts import Context, Policy
from odoo.addons.gym_access.domain.wire import dump_decision, dump_facts

from ..domain import protocol
from ..gate.clock import utc_now
from ..gate.server import Refused, Unreachable


class Branch:
    """People, their facts and what happened; has the methods of a gate's :class:`~..gate.server.Server`.

    :param clock: returns now, naive UTC
    """

    def __init__(self, clock=utc_now, policy=None, points=()):
        self._now, self.policy, self.points = clock, policy or Policy(), list(points)
        self.people, self.facts, self.versions, self.version = {}, {}, {}, 0
        self.events, self.accepted, self.inside = [], 0, {}
        self.is_down = self.is_revoked = False
        self.lost_answers = self.asked = 0
        self.code = secrets.token_hex(4).upper()

    # --- what happens at the server

    def put(self, key, facts, code=None, name="María G.", phones=(), guardians=()):
        """Make somebody known, or change what is known of them."""
        self.version += 1
        self.facts[key], self.versions[key] = facts, self.version
        known = [[codes.fingerprint(code), None, None]] if code else self.people.get(key, {}).get("codes", [])
        self.people[key] = {
            "name": name,
            "number": "",
            "facts": protocol.without_money(dump_facts(facts)),
            "codes": known,
            "phones": list(phones),
            "guardians": list(guardians),
        }

    def forget(self, key):
        """Remove somebody; only the digest tells."""
        for known in (self.people, self.facts, self.versions):
            del known[key]

    # --- what a gate asks

    def pair(self, code, program):
        """Return a key for the pairing code."""
        if code != self.code:
            raise Refused(403, "This code is wrong.")
        return {"key": "1.key", "name": "Entrance", "branch": "Roma Norte"}

    def poll(self, since, report):
        """Return what is new."""
        self._arrive()
        newest = max(self.versions.values(), default=0)
        is_full = since <= 0 or since > newest
        news = sorted((version, key) for key, version in self.versions.items() if is_full or version > since)
        page = news[: protocol.PAGE]
        more = len(news) > len(page)
        return self._leave(
            {
                "full": is_full,
                "entries": [[key, version, self.people[key]] for version, key in page],
                "version": page[-1][0] if page else (0 if is_full else since),
                "more": more,
                "digest": None if more else protocol.digest(self.versions.items()),
                "now": self._now().isoformat(),
                "accepted": self.accepted,
                "presence": {"inside": {key: [at.isoformat(), True] for key, at in self.inside.items()}, "entered": {}},
                "branch": self._get_branch(),
                "points": self.points,
            }
        )

    def _get_branch(self):
        ends = [(self._now() + timedelta(days=days)).replace(hour=6, minute=0) for days in range(6)]
        return {
            "name": "Roma Norte",
            "gate": "Entrance",
            "day_ends": [end.isoformat() for end in ends],
            "policy": vars(self.policy),
            "texts": {},
            "words": {},
            "overrides": [[7, "Courtesy"]],
        }

    def send(self, events, timeout_s=0):
        """Take events once and in order."""
        self._arrive()
        for event in events:
            if event["seq"] == self.accepted + 1:
                self.accepted += 1
                self.events.append(protocol.read_event(event))
                self._count(self.events[-1])
        return self._leave(self.accepted)

    def _count(self, event):
        if event.who and event.direction == "out":
            self.inside.pop(event.who, None)
        elif event.who and event.outcome in protocol.LET_IN and event.opened:
            self.inside[event.who] = event.at

    def decide(self, question, timeout_s=0):
        """Decide from the facts as they are now."""
        self._arrive()
        self.asked += 1
        key, now = question.get("who"), self._now()
        if key not in self.facts:
            refusal = {"outcome": "refuse", "reasons": [["unknown_code", "block", {}]], "right": None, "until": None}
            return self._leave({"decision": refusal, "who": None})
        since = self.inside.get(key)
        context = Context(now, inside_since=since, inside_count=len(self.inside), policy=self.policy)
        answer = decide(self.facts[key], context)
        takes = answer.lets_in and takes_visit(self.facts[key], answer.right, now)
        return self._leave({"decision": dump_decision(answer), "who": key, "name": "María G.", "takes": takes})

    def _arrive(self):
        if self.is_down:
            raise Unreachable("the emulated server is down")
        if self.is_revoked:
            raise Refused(401, "This gate is not paired, or its key was revoked.")

    def _leave(self, answer):
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unreachable("the answer was lost on its way")
        return json.loads(json.dumps(answer))


class BranchServer(ThreadingHTTPServer):
    """The same by HTTP on the loopback."""

    daemon_threads = True

    def __init__(self, branch, port=0):
        self.branch = branch
        self.turn = threading.Lock()
        super().__init__(("127.0.0.1", port), _Request)
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def start(self):
        """Serve in a thread."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self


class _Request(BaseHTTPRequestHandler):
    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))))
        branch = self.server.branch
        questions = {
            "pair": lambda: branch.pair(asked["code"], asked.get("program")),
            "poll": lambda: branch.poll(asked["since"], asked),
            "events": lambda: {"accepted": branch.send(asked["events"])},
            "decide": lambda: branch.decide(asked),
        }
        try:
            with self.server.turn:
                self._answer(200, questions[self.path.rsplit("/", 1)[-1]]())
        except Refused as error:
            self._answer(error.status, {"error": str(error)})
        except Unreachable:
            self.close_connection = True

    def _answer(self, status, data):
        body = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""
