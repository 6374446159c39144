"""Makes the calls of a batch to one PAC: a few at a time, at its pace, and stopping when it does not answer.

Plain Python: what the threads need (bytes and names) is handed to them, so none of them touches the database.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone

from ..domain import tfd
from ..domain.errors import CfdiError
from ..domain.model import TimbreFiscalDigital
from .pac import InDoubt, PacError, Refused, Stamped

_logger = logging.getLogger(__name__)

THREADS = 4
# Failures in a row after which the rest of the batch is not even tried
STOP_AFTER = 5


@dataclass(frozen=True)
class Call:
    """What to send: ``key`` is the caller's own name for it."""

    key: int
    xml: bytes
    request_id: str


@dataclass(frozen=True)
class Verified:
    """A stamp that is of the document sent, with what it says."""

    stamped: Stamped
    timbre: TimbreFiscalDigital
    is_test: bool


@dataclass(frozen=True)
class Outcome:
    """The result of a call. ``started_at`` (naive UTC) is ``None`` when it was never made.

    ``answer`` is what the client returned; it means something only without ``error``.
    """

    call: Call
    started_at: datetime | None = None
    duration_ms: int = 0
    answer: Verified | None = None
    error: PacError | None = None

    @property
    def was_made(self):
        return self.started_at is not None

    @property
    def is_failure(self):
        """Whether the PAC, not the document, is to blame."""
        error = self.error
        return error is not None and not (isinstance(error, Refused) and error.scope == "document")


class _Batch:
    """The calls of one batch, shared by the threads that make them."""

    def __init__(self, operation, start, interval):
        self._operation = operation
        self._start = start
        self._interval = interval
        self._lock = threading.Lock()
        self._failures = 0

    def make(self, number, call):
        """Make the call when its turn comes, unless too many before it have failed."""
        self._wait(self._start + number * self._interval)
        if self._failures >= STOP_AFTER:
            return Outcome(call)
        started_at, clock = datetime.now(timezone.utc).replace(tzinfo=None), time.perf_counter()
        answer, error = self._ask(call)
        outcome = Outcome(call, started_at, round((time.perf_counter() - clock) * 1000), answer, error)
        with self._lock:
            self._failures = self._failures + 1 if outcome.is_failure else 0
        return outcome

    def _ask(self, call):
        try:
            return self._operation(call.xml, call.request_id), None
        except PacError as error:
            return None, error
        except Exception as error:  # noqa: BLE001 - whatever happens after sending, the answer is not known
            _logger.exception("The client of a PAC failed on request %s", call.request_id)
            return None, InDoubt(str(error) or type(error).__name__, code="client")

    @staticmethod
    def _wait(until):
        seconds = until - time.time()
        if seconds > 0:
            time.sleep(seconds)


def verified(operation: Callable[[bytes, str], Stamped | None]):
    """Wrap ``stamp`` or ``recover`` so that what they return is believed only if it is of the document sent.

    An answer that is not leaves the call in doubt: the PAC may well have stamped.
    """

    def ask(xml, request_id):
        stamped = operation(xml, request_id)
        if stamped is None:
            return None
        try:
            timbre = tfd.accept(xml, stamped.xml).timbre
        except CfdiError as error:
            raw = stamped.xml.decode("utf-8", "replace")
            raise InDoubt(error.text(), code=error.code, raw=raw) from error
        return Verified(stamped, timbre, timbre.no_certificado_sat in tfd.test_certificates())

    return ask


def dispatch(operation: Callable[[bytes, str], Verified | None], calls, start=0.0, interval=0.0, threads=THREADS):
    """Make every call, unless the PAC fails :data:`STOP_AFTER` times in a row, and tell the result of each.

    :param operation: ``stamp`` or ``recover`` of a client, :func:`verified`; several threads call it at once
    :param list calls: of :class:`Call`
    :param float start: POSIX time before which no call is made
    :param float interval: seconds between the beginnings of two calls
    :return: list of :class:`Outcome`, in the order of ``calls``
    """
    batch = _Batch(operation, start, interval)
    if len(calls) == 1:
        return [batch.make(0, calls[0])]
    with ThreadPoolExecutor(max_workers=min(threads, len(calls) or 1), thread_name_prefix="cfdi") as pool:
        return list(pool.map(batch.make, range(len(calls)), calls))
