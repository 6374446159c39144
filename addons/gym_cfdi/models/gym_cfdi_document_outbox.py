import random
import time
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone

from odoo import SUPERUSER_ID, api, fields, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every

from ..domain.document_state import PENDING, SEALED, SENT
from ..services.dispatch import Call, dispatch, verified

BATCH = 50
# Jobs of ours in the queue above which the sweep adds none
MOST_JOBS = 40
# The sweep takes over a document whose job has not come by then
JOB_LATE = timedelta(minutes=10)
# Marks our advisory locks among those of others: the letters CFDI
LOCK_CLASS = 0x43464449
TRANSACTION_TRIES = 5


class GymCfdiDocument(models.Model):
    """The outbox: from ``to_seal`` to ``stamped``, with exactly one UUID whatever breaks on the way.

    What holds it together:

    - *Persist, then send.* The sealed bytes are committed before anybody sees them; ``sent`` and the PAC's name are
      committed before that PAC is called. Anyone who finds a document ``sent`` knows that this one PAC may have stamped
      exactly these bytes, and asks it (``recover``) before anything else. Only its word that it did not, given at least
      :data:`SETTLE` after sending, when no request of ours can be under way any more, frees the document for another
      PAC or another seal.
    - *One worker per document.* A worker holds a session-level advisory lock of PostgreSQL on each document that it
      works on. It survives the commits between the steps, which row locks would not, and the server drops it when the
      session ends, however the worker dies. Two workers of one company share its documents and never one of them.
      After locking, a new transaction begins, so that what the former holder committed is seen.
    - *Steps can be repeated.* Each step reads the states again, does what they call for and commits. When the database
      reports that another transaction got in the way, the step runs again; network calls are outside of steps.
    """

    _inherit = "gym.cfdi.document"

    # === QUEUE === #

    def _enqueue(self):
        """Have pending documents sealed and stamped by jobs, :data:`BATCH` a job, after this transaction."""
        documents = self.sudo().filtered(lambda document: document.state in PENDING)
        documents.write({"next_try_at": fields.Datetime.now() + JOB_LATE})
        for company_documents in documents.grouped("company_id").values():
            for ids in split_every(BATCH, company_documents.ids):
                batch = self.browse(ids).with_user(SUPERUSER_ID)
                batch.with_delay(description=self.env._("Stamp CFDI"))._job_stamp()

    def _job_stamp(self):
        """Bring the documents as far as they go now: the job of the queue, which may run any number of times."""
        with self.sudo().with_context(tracking_disable=True)._taken() as documents:
            documents._settle_doubts()
            documents._in_transaction(documents._redate)
            documents._look_up_receptors()
            documents._in_transaction(documents._seal)
            documents._send()

    @api.model
    def _cron_sweep(self):
        """Take up what no job has taken care of: pauses that are over, jobs that died. May run at any time.

        Adds no jobs while many are waiting, so that an outage does not fill the queue.
        """
        waiting = self.env["queue.job"].search_count(
            [
                ("model_name", "=", self._name),
                ("method_name", "=", "_job_stamp"),
                ("state", "in", ("pending", "enqueued", "started")),
            ]
        )
        room = max(0, MOST_JOBS - waiting) * BATCH
        due = [("state", "in", tuple(PENDING)), ("next_try_at", "<=", fields.Datetime.now())]
        if room:
            self.search(due, order="next_try_at, id", limit=room)._enqueue()

    def action_stamp_now(self):
        """Seal and stamp at once, also what was rejected before, and tell what came of it.

        Works in transactions of its own: the outbox commits between its steps.
        """
        self.check_access("read")
        with self.env.registry.cursor() as cr:
            documents = self.with_env(self.env(cr=cr, su=True))
            documents._in_transaction(documents._retry)
            documents[:BATCH]._job_stamp()
            documents[BATCH:]._enqueue()
            notification = documents._get_outcome_notification()
        self.env.invalidate_all()
        return notification

    def _get_outcome_notification(self):
        stamped = len(self.filtered("uuid"))
        rejected = len(self.filtered(lambda document: document.state == "rejected"))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if rejected else "success" if stamped == len(self) else "info",
                "message": self.env._(
                    "%(stamped)s of %(count)s stamped, %(rejected)s to correct.",
                    stamped=stamped,
                    count=len(self),
                    rejected=rejected,
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === LOCKS AND TRANSACTIONS === #

    @contextmanager
    def _taken(self):
        """Take hold of those documents that no other worker has, for as long as the block lasts.

        Commits, so that they are read as their last holder left them.
        """
        take = SQL("SELECT id FROM unnest(%s::int[]) AS id WHERE pg_try_advisory_lock(%s, id)", self.ids, LOCK_CLASS)
        ids = [id_ for (id_,) in self.env.execute_query(take)]
        try:
            self._commit()
            yield self.browse(ids)
        except BaseException:
            self.env.cr.rollback()
            raise
        finally:
            self.env.execute_query(
                SQL("SELECT pg_advisory_unlock(%s, id) FROM unnest(%s::int[]) AS id", LOCK_CLASS, ids)
            )

    def _in_transaction(self, step, *arguments):
        """Run ``step(*arguments)`` and commit; once more from the beginning when another transaction got in its way."""
        for tries_left in reversed(range(TRANSACTION_TRIES)):
            try:
                result = step(*arguments)
                self._commit()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                self.env.cr.rollback()
                if not tries_left:
                    raise
                time.sleep(random.uniform(0.0, 0.2))
            else:
                return result
        return None

    def _commit(self):
        """End the transaction: what comes next must find it in the database even if this worker dies.

        The outbox is the one place that may: its job runs in a cursor of its own (``allow_commit``).
        """
        self.env.cr.commit()  # pylint: disable=invalid-commit

    # === SENDING === #

    def _send(self):
        """Have the sealed ones stamped by the first PAC that can, in the order of the company."""
        sealed = self.filtered(lambda document: document.state == SEALED)
        for company, documents in sealed.grouped("company_id").items():
            pacs = self.env["gym.cfdi.pac"].search([("company_id", "=", company.id)])
            for pac in pacs:
                documents = documents._send_to(pac)
                if not documents:
                    break
            else:
                problems = None if pacs else [documents._get_problem("PAC", *documents._get_no_pac_text())]
                self._in_transaction(documents._postpone, problems)

    def _get_no_pac_text(self):
        return (
            self.env._("The company has no stamping provider (PAC)."),
            self.env._("Add one in Invoicing / Configuration / CFDI / Stamping Providers."),
        )

    def _send_to(self, pac):
        """Send sealed documents to one PAC.

        :return: those that it surely did not stamp, and that another one may
        """
        left, waiting = self.browse(), self
        client = pac._get_shared_client()
        while waiting and client:
            turns = self._in_transaction(pac._take_turns, len(waiting))
            if turns is None:
                break
            if not turns.count:
                self._in_transaction(waiting._wait_for_turn, turns.free_at)
                return left
            batch, waiting = waiting[: turns.count], waiting[turns.count :]
            calls = self._in_transaction(batch._mark_sent, pac)
            self._call(pac, "stamp", client.stamp, calls, turns)
            left |= batch.filtered(lambda document: document.state == SEALED)
        return left | waiting

    def _mark_sent(self, pac):
        """Write down, before it happens, that this PAC gets these documents; return the calls to make."""
        sealed = self.filtered(lambda document: document.state == SEALED)
        return sealed._transition("send", {"pac_id": pac.id, "sent_at": fields.Datetime.now()})._prepare_calls()

    def _prepare_calls(self):
        return [Call(document.id, document._get_sealed_bytes(), document.request_id) for document in self]

    def _call(self, pac, name, operation, calls, turns):
        """Make the calls, outside of any transaction, and record the result of each."""
        outcomes = dispatch(verified(operation), calls, turns.start, turns.interval)
        self._in_transaction(self._note_outcomes, pac, name, outcomes)
        self._in_transaction(pac._note_health, outcomes)

    def _wait_for_turn(self, free_at):
        """Leave the documents until the PAC has turns again; nothing has failed."""
        self.write({"next_try_at": datetime.fromtimestamp(free_at, timezone.utc).replace(tzinfo=None)})

    # === DOUBTS === #

    def _settle_doubts(self):
        """Ask the PAC to which each ``sent`` document went for its result."""
        sent = self.filtered(lambda document: document.state == SENT)
        for pac, documents in sent.grouped("pac_id").items():
            client = pac._get_shared_client()
            turns = client and self._in_transaction(pac._take_turns, len(documents))
            asked = documents[: turns.count if turns else 0]
            if asked:
                self._call(pac, "recover", client.recover, asked._prepare_calls(), turns)
            self._in_transaction((documents - asked)._postpone)
