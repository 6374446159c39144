"""The queue of jobs while the history is made: carried out in this process, without a row for each."""

import contextlib
import logging
from datetime import datetime, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError

from odoo.addons.queue_job.models.base import Base

from . import books

_logger = logging.getLogger(__name__)

# A year later nothing is left of them but a PDF that nobody looks for, or nothing at all, because the mail is deleted
# once it was sent: only those of the last days are carried out. So it is with what Odoo notes under an old invoice of
# the card that paid it.
FLEETING = ("_send_copy", "_send_cancel_receipt", "_send_for_events")
FLEETING_DAYS = 21
CHARGE = "_job_charge"


class Queue:
    """Takes what ``with_delay`` is asked for and carries it out when told to, in that order."""

    def __init__(self, env, today):
        self._env = env
        self._all_from = datetime.combine(today - timedelta(days=FLEETING_DAYS), datetime.min.time())
        self._waiting = []
        self._known = set()
        self.done = self.refused = 0

    def is_recent(self):
        """Whether it is so late that all is done, what is fleeting too."""
        return fields.Datetime.now() >= self._all_from

    def put(self, records, method, arguments, options, identity_key=None):
        """Keep a job for later, unless the same one waits already."""
        if identity_key and identity_key in self._known:
            return
        self._known.add(identity_key)
        self._waiting.append((records, method, arguments, options, identity_key))

    def work_off(self):
        """Carry out what waits, and what that puts into the queue in turn; the charges of cards come last."""
        while self._waiting:
            charges = [job for job in self._waiting if job[1] == CHARGE]
            others = [job for job in self._waiting if job[1] != CHARGE]
            self._waiting.clear()
            for job in others:
                self._carry_out(*job)
            with books.charged_together(self._env):
                for job in charges:
                    self._carry_out(*job)

    def _carry_out(self, records, method, arguments, options, identity_key):
        self._known.discard(identity_key)
        if method in FLEETING and not self.is_recent():
            return
        try:
            getattr(records, method)(*arguments, **options)
            self.done += 1
        except UserError as error:  # what a person would find among the failed jobs
            self.refused += 1
            _logger.info("%s.%s: %s", records, method, error)


class _Delayed:
    def __init__(self, queue, records, identity_key):
        self._queue, self._records, self._identity_key = queue, records, identity_key

    def __getattr__(self, method):
        def put(*arguments, **options):
            self._queue.put(self._records, method, arguments, options, self._identity_key)

        return put


@contextlib.contextmanager
def taken(env, today):
    """Yield the :class:`Queue` that takes every job meanwhile."""
    queue = Queue(env, today)
    charge, refund, transaction = (env.registry[name] for name in ("gym.charge", "gym.refund", "payment.transaction"))

    def with_delay(records, identity_key=None, **_properties):
        return _Delayed(queue, records, identity_key)

    def commit(records):
        """Nothing can die in between that would not throw the whole database away."""
        records.env.flush_all()

    tell = transaction._log_message_on_linked_documents

    def tell_lately(records, message):
        if queue.is_recent():
            tell(records, message)

    with (
        patch.object(Base, "with_delay", with_delay),
        patch.object(charge, "_commit", commit),
        patch.object(refund, "_commit", commit),
        patch.object(transaction, "_log_message_on_linked_documents", tell_lately),
    ):
        yield queue
