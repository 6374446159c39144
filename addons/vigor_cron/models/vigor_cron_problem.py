from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# No scheduled action of ours runs less than daily: what was not tried for so long is not to be done any more.
FORGOTTEN_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=90)


class VigorCronProblem(models.Model):
    """What a scheduled action could not do with one record: why, since when, and whether it went well since."""

    _name = "vigor.cron.problem"
    _description = "Problem in Scheduled Work"
    _order = "state, last_at desc, id desc"
    _rec_name = "work"

    work = fields.Char(string="Scheduled Work", required=True, readonly=True)
    method = fields.Char(required=True, readonly=True)
    variant = fields.Char(readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(string="Record Number", model_field="res_model", required=True, readonly=True)
    record_name = fields.Char(string="Record", compute="_compute_record_name")
    company_id = fields.Many2one("res.company", readonly=True, index=True, ondelete="cascade")
    text = fields.Text(string="Reason", required=True, readonly=True)
    tries = fields.Integer(string="Failures", default=1, required=True, readonly=True)
    first_at = fields.Datetime(string="Since", required=True, readonly=True)
    last_at = fields.Datetime(string="Last Tried", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("solved", "Solved")],
        default="open",
        required=True,
        readonly=True,
        help="Solved: it went well since, or is not to be done any more.",
    )

    _open_once = models.UniqueIndex(
        "(res_model, res_id, method, COALESCE(variant, '')) WHERE state = 'open'", "This problem is open already."
    )

    @api.depends("res_model", "res_id")
    @api.depends_context("uid", "lang")
    def _compute_record_name(self):
        """Name the record to users who may read it; no name of a person is kept here."""
        for problem in self:
            record = self.env[problem.res_model].browse(problem.res_id).exists()._filtered_access("read")
            problem.record_name = record.display_name

    def action_open_record(self):
        """Open the record with which it failed; its own rights decide who sees it."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }

    @api.model
    def _get_open(self, records, method, variant=""):
        """Return, in sudo, the open problems of ``method`` with these records, or lists of records."""
        heads = {}
        for record in records:
            heads.setdefault(record._name, []).append(record[:1].id)
        open_ones = (
            Domain("method", "=", method) & Domain("variant", "=", variant or False) & Domain("state", "=", "open")
        )
        places = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", ids) for model, ids in heads.items()
        )
        return self.sudo().search(open_ones & places)

    @api.model
    def _note(self, records, method, variant, error):
        """Put it on the list that ``method`` raised ``error`` for these records, which the first one stands for."""
        record = records[:1].sudo()
        now = fields.Datetime.now()
        vals = self._prepare_vals(record, variant, error) | {"last_at": now}
        if known := self._get_open([record], method, variant):
            known.write(vals | {"tries": known.tries + 1})
            return
        place = {"res_model": record._name, "res_id": record.id, "method": method, "variant": variant}
        self.sudo().create(vals | place | {"first_at": now})

    @api.model
    def _prepare_vals(self, record, variant, error):
        """Return what to write down of a failure, in the language of the record's company.

        An addon that limits who sees a problem adds what its rule reads, of ``record`` in sudo.
        """
        company = record if record._name == "res.company" else "company_id" in record and record.company_id
        reader = self.with_context(lang=(company or self.env.company).partner_id.lang)
        cron = reader.env["ir.cron"].sudo().browse(self.env.context.get("cron_id"))
        return {
            "work": " · ".join(filter(None, [cron.name or reader.env[record._name]._description, variant])),
            "company_id": company and company[:1].id,
            "text": str(error) if isinstance(error, UserError) else reader._describe_unexpected(error),
        }

    @api.model
    def _describe_unexpected(self, error):
        return self.env._(
            "Unexpected error: %(error)s. It is tried again by itself. When it stays, ask your administrator to look "
            "at the log.",
            error=f"{type(error).__name__}: {error}",
        )

    def _solve(self):
        if self:
            self.sudo().state = "solved"

    @api.autovacuum
    def _forget(self):
        """Solve what is not tried any more, and delete what was solved long ago."""
        now = fields.Datetime.now()
        self.search([("state", "=", "open"), ("last_at", "<", now - FORGOTTEN_AFTER)])._solve()
        self.search([("state", "=", "solved"), ("last_at", "<", now - KEPT_FOR)]).unlink()
