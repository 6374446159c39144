from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.queue_job.exception import RetryableJobError

from ...domain.billing import make_chunks
from ..money import add_up

PREVIEW_AT_ONCE = 500


class GymBillingRun(models.Model):
    """How a run hands out its work.

    Each journal is a lane: one job bills its next chunk and plans the job after it, in the same transaction. So a
    journal is never posted by two workers, who would only wait for each other's numbers, and several journals are
    billed side by side. A worker that dies takes nothing with it but its transaction: queue_job starts the lane again.
    """

    _inherit = "gym.billing.run"

    # === STATES === #

    def _start(self):
        """Split what is due into chunks and start a lane for each journal."""
        self.ensure_one()
        self._lock_in(("draft",))
        due = self._select_due()
        size = self.company_id.gym_billing_chunk_size
        self.preview_line_ids.unlink()
        self.env["gym.billing.chunk"].create(
            [
                {
                    "run_id": self.id,
                    "number": number,
                    "journal_id": chunk.journal_id or False,
                    "subscription_ids": chunk.subscription_ids,
                    "subscription_count": len(chunk.subscription_ids),
                }
                for number, chunk in enumerate(make_chunks(due, size), 1)
            ]
        )
        self.write({"state": "running", "started_at": fields.Datetime.now()})
        self._plan_lanes()

    def _stop(self):
        for run in self:
            run._lock_in(("running",))
            run.state = "stopped"

    def _abandon(self):
        for run in self:
            run._lock_in(("stopped",))
            run.write({"state": "abandoned", "finished_at": fields.Datetime.now()})

    def _resume(self):
        for run in self:
            run._lock_in(("stopped", "running"))
            run.state = "running"
            run._plan_lanes()

    def _lock_in(self, states):
        """Lock this run for a change of its state, which must be one of ``states``.

        :raise UserError: when another user was faster
        """
        self.ensure_one()
        self.lock_for_update()
        self.invalidate_recordset(["state"])
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(self.env._("%(run)s is: %(state)s.", run=self.name, state=labels[self.state]))

    def _select_due(self):
        """Return what is due for this run, as rows for chunks."""
        company = self.company_id
        return self.env["gym.subscription"]._select_due(
            company, min(self.date, company._get_gym_day()), self.location_ids, skip_open_issues=self.is_automatic
        )

    # === LANES === #

    def _plan_lanes(self):
        """Plan a job for each journal with chunks to bill; one that is planned already is not planned twice."""
        lanes = self.env["gym.billing.chunk"]._read_group(
            [("run_id", "in", self.ids), ("state", "=", "todo")], ["run_id", "journal_id"], ["__count"]
        )
        for run, journal, left in lanes:
            run._plan_next(journal.id, left)
        for run in self - self.browse([run.id for run, _journal, _left in lanes]):
            run._plan_next(False, 0)

    def _plan_next(self, journal_id, left):
        """Plan the job that bills the next chunk of a journal, or closes the run when ``left`` is 0."""
        self.with_user(SUPERUSER_ID).with_delay(
            description=self.env._("Billing: %(run)s, %(left)s chunks left", run=self.name, left=left),
            identity_key=f"gym.billing.run:{self.id}:{journal_id}:{left}",
        )._work(journal_id)

    def _work(self, journal_id):
        """Job: bill the next chunk of a journal and plan the one after it. Running it again does what is left.

        :raise RetryableJobError: while another job is at it
        """
        self.ensure_one()
        if self.state != "running":
            return
        todo = [("run_id", "=", self.id), ("journal_id", "=", journal_id), ("state", "=", "todo")]
        chunk = self.env["gym.billing.chunk"].search(todo, order="number", limit=1)
        if not chunk:
            self._finish()
            return
        if not chunk.try_lock_for_update():
            raise RetryableJobError("another job bills this chunk", seconds=5, ignore_retry=True)
        chunk._bill()
        # A job of its own closes the run: it has to see what the last chunks of other lanes have committed.
        self._plan_next(journal_id, chunk.search_count(todo))

    def _finish(self):
        """Close the run when no chunk is left, and say in one message what it did."""
        if self.env["gym.billing.chunk"].search_count([("run_id", "=", self.id), ("state", "=", "todo")], limit=1):
            return
        self._lock_in(("running",))
        self.write({"state": "done", "finished_at": fields.Datetime.now()})
        # a job has no language of its own; who reads this is at the company
        reader = self.with_context(lang=self.company_id.partner_id.lang)
        reader.message_post(body=reader._get_summary())

    def _get_summary(self):
        """Return what this run did, in one sentence or two."""
        text = self.env._(
            "%(billed)s of %(due)s subscriptions billed on %(moves)s invoices, %(amount)s in all.",
            billed=self.billed_count,
            due=self.subscription_count,
            moves=self.move_count,
            amount=self.currency_id.format(self.amount_total),
        )
        if self.late_count:
            text += " " + self.env._("%(count)s were behind and got more than one period.", count=self.late_count)
        if self.issue_count:
            text += " " + self.env._("%(count)s could not be billed: see the problems.", count=self.issue_count)
        return text

    @api.model
    def _after_billed(self, moves):
        """Hook: called in the transaction that billed, with the posted moves of one round of a chunk.

        Whatever leaves the building (mails, charges, stamping) goes into jobs that an override plans here: they run
        after the commit, and not at all when it is rolled back. An override calls super and must not send anything.
        """

    # === THE CLOCK === #

    @api.model
    def _cron_bill(self):
        """Cron: wake runs that are going on, and start one for each company with something due.

        A stopped run holds what it was made for, its branches or the whole company, until it is resumed or abandoned:
        stopping means that nothing is billed.

        May run as often as one likes, and twice at a time: what is billed is not due any more.
        """
        crons, running = self.env["ir.cron"], self.search([("state", "=", "running")])
        crons._do_each(running, "_plan_lanes")
        crons._do_each(self.env["res.company"].search([("id", "not in", running.company_id.ids)]), "_start_gym_billing")

    @api.model
    def _start_automatic(self, company):
        """Start a run for what of ``company`` is due today and not held by a stopped run."""
        free = self.env["gym.location"]
        if stopped := self.search([("state", "=", "stopped"), ("company_id", "=", company.id)]):
            free = stopped._get_branches_not_held()
            if not free:
                return
        day = company._get_gym_day()
        if self.env["gym.subscription"]._select_due(company, day, free, skip_open_issues=True):
            vals = {"company_id": company.id, "date": day, "is_automatic": True, "location_ids": free.ids}
            self.with_company(company).create(vals)._start()

    def _get_branches_not_held(self):
        """Return the branches of the company of these stopped runs that none of them is for."""
        branches = self.env["gym.location"].with_context(active_test=False)
        if not all(run.location_ids for run in self):
            return branches
        held = self.location_ids
        return branches.search(
            [("company_id", "=", self.company_id.id), ("kind", "=", "branch"), ("id", "not in", held.ids)]
        )

    # === PREVIEW === #

    def _preview(self):
        """Store what this run would invoice; nothing is billed.

        :raise UserError: when the run has begun
        """
        self._lock_in(("draft",))
        self.preview_line_ids.unlink()
        vals_list = []
        for chunk in make_chunks(self._select_due(), PREVIEW_AT_ONCE):
            subscriptions = self.env["gym.subscription"].browse(chunk.subscription_ids)
            vals_list += self.env["gym.billing.engine"]._preview(subscriptions, self.date)
        lines = self.env["gym.billing.preview.line"].create([vals | {"run_id": self.id} for vals in vals_list])
        good = lines.filtered(lambda line: not line.reason)
        self.write({"preview_count": len(good), "preview_amount": add_up(good.mapped("amount"))})
