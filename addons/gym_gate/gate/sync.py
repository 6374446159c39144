"""Keeps a gate and the server in step: events go there in order, news come here."""

import logging
import threading
from datetime import datetime

from ..domain import protocol
from .server import Refused, Unreachable

_logger = logging.getLogger(__name__)
REFUSALS = 3  # in a row, after which a gate believes that its key is no good
PAUSE_LONGEST_S = 30


class Sync:
    """Uploads and polls.

    :param get_health: returns triples of a door's number, whether it works, and what it says
    """

    def __init__(self, store, server, clock, program, get_health=list):
        self._store, self._server, self._clock = store, server, clock
        self._program, self._get_health = program, get_health
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self.problem = "Has not reached the server yet."
        self.is_revoked = False
        self._refusals = 0
        self.patience_s = 2 * protocol.ASK_TIMEOUT_S  # somebody stands at the door

    # --- one step each

    def upload(self):
        """Hand over what the server does not have, in order. A repetition does no harm: the server counts."""
        with self._turn:
            while events := self._store.get_waiting():
                accepted = self._server.send(events)
                before = self._store.get("accepted", 0)
                self._store.accept(accepted, self._clock.now())
                if accepted <= before:
                    raise Unreachable("The server takes no events.")

    def poll(self):
        """Fetch what is new, page by page, until everything that the server holds is here."""
        with self._turn:
            for _page in range(10_000):
                began = self._clock.now()
                answer = self._server.poll(self._store.get("version", 0), self._get_report())
                took_s = (self._clock.now() - began).total_seconds()
                self._clock.set(datetime.fromisoformat(answer["now"]), took_s)
                is_same = self._store.apply(answer)
                self._store.put(offset_s=self._clock.offset_s)
                if is_same and not answer["more"]:
                    return

    def _get_report(self):
        clock_problem = self._clock.get_problem()
        return {
            "now": self._clock.now().isoformat(),
            "program": self._program,
            "pending": self._store.count_waiting(),
            "problems": [clock_problem] if clock_problem else [],
            "points": self._get_health(),
        }

    def run_once(self):
        """Do both; return whether the server was reached."""
        try:
            self.upload()
            self.poll()
        except Refused as error:
            self._note_refusal(error)
            return False
        except Unreachable as error:
            self._note(f"The server cannot be reached: {error}")
            return False
        self._refusals, self.is_revoked = 0, False
        self._note(None)
        return True

    def _note_refusal(self, error):
        self._refusals += error.status == 401
        self._note(str(error))
        if self._refusals >= REFUSALS and not self.is_revoked:
            _logger.warning("The key of this gate is no good any more. Nobody is let in.")
            self.is_revoked = True
            self._store.forget_people()

    def _note(self, problem):
        if problem != self.problem:
            _logger.info(problem or "The server is reached.")
        self.problem = problem

    # --- before a refusal

    def ask(self, question):
        """Return what the server decides, or ``None`` when it does not say so in time.

        While it is known to be away nobody waits for it. Another thread asks: looking up a name of the internet may
        take longer than any time limit.
        """
        if self.problem:
            return None
        answers = []
        asking = threading.Thread(target=lambda: answers.append(self._ask(question)), name="ask", daemon=True)
        asking.start()
        asking.join(self.patience_s)
        return answers[0] if answers else None

    def _ask(self, question):
        if not self._turn.acquire(timeout=protocol.ASK_TIMEOUT_S):
            return None
        try:
            if waiting := self._store.get_waiting():  # what it does not know of, it would decide without
                accepted = self._server.send(waiting, protocol.ASK_TIMEOUT_S)
                self._store.accept(accepted, self._clock.now())
            return self._server.decide(question)
        except (Unreachable, Refused):
            return None
        finally:
            self._turn.release()

    # --- for ever

    def start(self):
        """Keep in step until :meth:`stop`, in a thread."""
        threading.Thread(target=self._run, name="sync", daemon=True).start()

    def stop(self):
        """End the thread."""
        self._stop.set()

    def _run(self):
        pause_s = protocol.POLL_S
        while not self._stop.is_set():
            try:
                reached = self.run_once()
            except Exception:  # noqa: BLE001 - whatever it is, the door goes on and the next try may do better
                _logger.exception("The gate could not keep in step")
                reached = False
            pause_s = protocol.POLL_S if reached else min(PAUSE_LONGEST_S, pause_s * 1.5)
            self._stop.wait(pause_s)
