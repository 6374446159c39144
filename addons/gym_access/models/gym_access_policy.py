from datetime import timedelta

from odoo import api, fields, models

from ..domain.facts import Policy

SEVERITIES = [("off", "Says nothing"), ("warn", "Warns"), ("block", "Keeps out")]


class GymAccessPolicy(models.Model):
    """What a company, or one of its branches, asks of those who come in besides a plan."""

    _name = "gym.access.policy"
    _description = "Access Policy"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "company_id, location_id nulls first"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, index=True, ondelete="cascade", default=lambda self: self.env.company
    )
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        index="btree_not_null",
        ondelete="cascade",
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        check_company=True,
        help="Leave empty for every branch of the company without a policy of its own.",
    )
    anti_passback = fields.Selection(
        [
            ("off", "May enter again"),
            ("warn", "Warns when somebody is inside already"),
            ("block", "Keeps out who is inside already"),
            ("timed", "Keeps out for some minutes after entering"),
        ],
        string="Entering Twice",
        default="warn",
        required=True,
        tracking=True,
    )
    timed_minutes = fields.Integer(string="Minutes between Entries", default=15, tracking=True)
    reentry_minutes = fields.Integer(
        string="Free Return (minutes)",
        default=120,
        tracking=True,
        help="Coming back within so many minutes takes no further visit.",
    )
    auto_out_hours = fields.Integer(
        string="Out by Itself (hours)",
        default=4,
        tracking=True,
        help="Where nobody checks out, people count as inside for so long; 0: until midnight.",
    )
    minutes_before = fields.Integer(string="Early (minutes)", default=10, tracking=True)
    minutes_after = fields.Integer(string="Late (minutes)", default=0, tracking=True)
    capacity_severity = fields.Selection(SEVERITIES, string="Full House", default="warn", required=True, tracking=True)
    waiver_severity = fields.Selection(
        SEVERITIES, string="Documents Not Signed", default="warn", required=True, tracking=True
    )
    minor_severity = fields.Selection(SEVERITIES, string="Minor Alone", default="warn", required=True, tracking=True)
    photo_severity = fields.Selection(SEVERITIES[:2], string="No Photo", default="warn", required=True, tracking=True)
    override_limit = fields.Integer(
        string="Open Anyway (a day)",
        default=10,
        tracking=True,
        help="How often one person at the desk may let somebody in against a refusal on one day; a manager always may.",
    )
    guests_per_day = fields.Integer(
        string="Guests (a day)", default=1, tracking=True, help="How many guests one member may bring on one day."
    )

    _one_per_branch = models.UniqueIndex(
        "(company_id, COALESCE(location_id, 0))", "There is already a policy for this company or branch."
    )
    _not_negative = models.Constraint(
        "CHECK (timed_minutes >= 0 AND reentry_minutes >= 0 AND auto_out_hours >= 0 AND minutes_before >= 0"
        " AND minutes_after >= 0 AND override_limit >= 0 AND guests_per_day >= 0)",
        "Minutes, hours and limits cannot be negative.",
    )

    @api.depends("company_id", "location_id")
    def _compute_display_name(self):
        for policy in self:
            policy.display_name = policy.location_id.name or policy.company_id.name

    @api.model_create_multi
    def create(self, vals_list):
        policies = super().create(vals_list)
        policies._forget_grants()
        return policies

    def write(self, vals):
        result = super().write(vals)
        self._forget_grants()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_forgets_grants(self):
        self._forget_grants()

    def _forget_grants(self):
        self.env["gym.access.grant"]._forget(companies=self.company_id)

    @api.model
    def _get_of(self, location):
        """Return, in sudo, the policy of a branch: its own, its company's, or what a new one would say."""
        policies = self.sudo().search(
            [("company_id", "=", location.company_id.id), ("location_id", "in", [location.id, False])]
        )
        own = policies.filtered("location_id") or policies
        return own[:1] or self.sudo().new({"company_id": location.company_id.id})

    def _to_rule(self, location):
        """Return what the decision needs to know about ``location`` under this policy."""
        self.ensure_one()
        counts = self.capacity_severity != "off"
        return Policy(
            self.anti_passback,
            self.timed_minutes,
            location.sudo().capacity if counts else 0,
            self.capacity_severity if counts else "warn",
        )

    def _get_free_return(self):
        return timedelta(minutes=self.reentry_minutes)
