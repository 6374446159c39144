from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

BY_HAND = {"company_id", "date", "location_ids"}
# What chunks count and a run adds up.
COUNTS = ("billed_count", "move_count", "issue_count", "late_count", "amount_total")


class GymBillingRun(models.Model):
    """Bills what is due of a company: looked at first if wanted, in chunks, stopped and resumed at will.

    The run only hands out work (see ``gym_billing_run_work.py``); what may be billed is decided when a chunk is billed.
    Nothing is billed twice by starting two runs, and nothing is lost by stopping one: what is due stays due.
    """

    _name = "gym.billing.run"
    _description = "Billing Run"
    _inherit = ["gym.relation.guard", "gym.by.hand", "mail.thread"]
    _order = "id desc"
    _rec_names_search = ["company_id.name", "location_ids.name"]
    _mail_post_access = "read"

    # === FIELDS === #

    name = fields.Char(compute="_compute_name")
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Due Until",
        required=True,
        default=lambda self: self.env.company._get_gym_day(),
        help="What falls due up to this day is billed; invoices bear the day on which they are made.",
    )
    location_ids = fields.Many2many(
        "gym.location", string="Branches", domain="[('company_id', '=', company_id), ('kind', '=', 'branch')]"
    )
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("running", "Running"),
            ("stopped", "Stopped"),
            ("done", "Done"),
            ("abandoned", "Abandoned"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_automatic = fields.Boolean(string="Started by the Clock", readonly=True, copy=False)
    started_at = fields.Datetime(readonly=True, copy=False)
    finished_at = fields.Datetime(readonly=True, copy=False)

    chunk_ids = fields.One2many("gym.billing.chunk", "run_id", string="Chunks", readonly=True, copy=False)
    preview_line_ids = fields.One2many(
        "gym.billing.preview.line", "run_id", string="Preview", readonly=True, copy=False
    )
    preview_count = fields.Integer(string="Invoices in Preview", readonly=True, copy=False)
    preview_amount = fields.Monetary(string="Amount in Preview", readonly=True, copy=False)
    issue_ids = fields.One2many("gym.billing.issue", "run_id", string="Problems", readonly=True, copy=False)

    subscription_count = fields.Integer(string="Subscriptions", compute="_compute_counts")
    billed_count = fields.Integer(string="Billed", compute="_compute_counts")
    move_count = fields.Integer(string="Invoices", compute="_compute_counts")
    issue_count = fields.Integer(string="Not Billed", compute="_compute_counts")
    open_issue_count = fields.Integer(string="Open Problems", compute="_compute_counts")
    late_count = fields.Integer(string="Billed Late", compute="_compute_counts")
    amount_total = fields.Monetary(string="Amount", compute="_compute_counts", help="IVA included.")
    progress = fields.Float(
        compute="_compute_counts", digits=0, help="Part of the subscriptions looked at, in percent."
    )

    # === COMPUTE === #

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_name(self):
        for run in self:
            day = format_date(self.env, run.date)
            run.name = self.env._("Dues until %(date)s, %(company)s", date=day, company=run.company_id.name)

    def _compute_counts(self):
        """Add up the chunks; the run itself holds no counter, so that workers never wait for each other."""
        totals = {
            (run.id, state): values
            for run, state, *values in self.env["gym.billing.chunk"]._read_group(
                [("run_id", "in", self.ids)],
                ["run_id", "state"],
                [f"{name}:sum" for name in ("subscription_count", *COUNTS)],
            )
        }
        issues = self.env["gym.billing.issue"]._read_group(
            [("run_id", "in", self.ids), ("state", "=", "open")], ["run_id"], ["__count"]
        )
        issues = {run.id: count for run, count in issues}
        for run in self:
            done = totals.get((run.id, "done"), [0] * 6)
            todo = totals.get((run.id, "todo"), [0])[0]
            run.subscription_count = done[0] + todo
            for name, value in zip(COUNTS, done[1:], strict=True):
                run[name] = value
            run.open_issue_count = issues.get(run.id, 0)
            share = done[0] / run.subscription_count if run.subscription_count else run.state == "done"
            run.progress = 100 * share

    # === CONSTRAINS AND CRUD === #

    @api.constrains("location_ids", "company_id")
    def _check_branches_of_company(self):
        for run in self:
            if run.location_ids.company_id - run.company_id:
                raise UserError(
                    self.env._("A run bills branches of one company. Choose branches of %s.", run.company_id.name)
                )

    def _get_by_hand_fields(self):
        return BY_HAND

    def write(self, vals):
        if not self.env.su and BY_HAND & vals.keys() and any(run.state != "draft" for run in self):
            raise AccessError(self.env._("A run that has begun keeps its day and branches. Make another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts_only(self):
        if any(run.state != "draft" for run in self):
            raise UserError(self.env._("A run that has begun is kept: its invoices refer to it."))

    # === BUTTONS === #

    def action_preview(self):
        """Work out what this run would invoice, and show it; nothing is billed."""
        self.check_access("write")
        for run in self:
            run.sudo()._preview()

    def action_start(self):
        """Start billing in the background."""
        self.check_access("write")
        for run in self:
            run.sudo()._start()

    def action_stop(self):
        """Stop after the chunks that are being billed now."""
        self.check_access("write")
        self.sudo()._stop()

    def action_resume(self):
        """Go on with what is left; also wakes a run whose jobs were lost."""
        self.check_access("write")
        self.sudo()._resume()

    def action_abandon(self):
        """Give up what is left of a stopped run: it stays due, and the clock bills it again with all the rest."""
        self.check_access("write")
        self.sudo()._abandon()

    def action_open_moves(self):
        """Open the invoices of this run."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("gym_billing_run_id", "=", self.id)],
            "context": {"create": False, "default_move_type": "out_invoice"},
        }

    def action_open_issues(self):
        """Open what this run could not bill."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_subscriptions.gym_billing_issue_action")
        return action | {"domain": [("run_id", "=", self.id)], "context": {}}
