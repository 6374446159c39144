from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .turn import take_turn


class GymCorporateAgreement(models.Model):
    """What a company pays for its people: a share of their dues, for so many seats, on one invoice."""

    _name = "gym.corporate.agreement"
    _description = "Corporate Agreement"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one("res.company", required=True, index=True, default=lambda self: self.env.company)
    partner_id = fields.Many2one(
        "res.partner", string="Company That Pays", required=True, index=True, ondelete="restrict", tracking=True
    )
    plan_ids = fields.Many2many("gym.plan", string="Plans", domain="[('kind', '=', 'corporate')]", check_company=True)
    share_percent = fields.Float(string="Pays", digits=(5, 2), default=100.0, required=True, tracking=True)
    seats = fields.Integer(tracking=True, help="People at the same time; 0: no limit.")
    date_start = fields.Date(string="From", required=True, default=lambda self: self.env.company._today())
    date_end = fields.Date(string="Until", help="Last day on which people may join under it.")
    subscription_ids = fields.One2many("gym.subscription", "agreement_id", string="Subscriptions")
    seats_used = fields.Integer(compute="_compute_seats_used")

    _share_in_range = models.Constraint(
        "CHECK (share_percent > 0 AND share_percent <= 100)", "A company pays more than nothing and at most everything."
    )
    _seats_not_negative = models.Constraint("CHECK (seats >= 0)", "Seats cannot be negative.")

    @api.depends("subscription_ids.state")
    def _compute_seats_used(self):
        subscriptions = self.env["gym.subscription"].sudo()
        counts = dict(
            subscriptions._read_group(
                [("agreement_id", "in", self.ids), ("state", "in", subscriptions._get_running_states())],
                ["agreement_id"],
                ["__count"],
            )
        )
        for agreement in self:
            agreement.seats_used = counts.get(agreement, 0)

    def _check_seat_free(self):
        """Refuse one person more than the company pays for.

        :raise ValidationError: naming the agreement
        """
        for agreement in self.sudo():
            take_turn(agreement.filtered("seats"))
            if agreement.seats and agreement.seats_used >= agreement.seats:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s has %(seats)s seats and all are taken. Ask the company for more, or let "
                        "somebody's subscription end first.",
                        agreement=agreement.name,
                        seats=agreement.seats,
                    )
                )

    def _check_covers(self, subscription, day):
        """Refuse an agreement under which ``subscription`` may not begin on ``day``.

        :raise ValidationError: naming the agreement and the reason
        """
        for agreement in self.sudo():
            name = {"agreement": agreement.name}
            is_over = agreement.date_end and day > agreement.date_end
            if not agreement.active or day < agreement.date_start or is_over:
                raise ValidationError(self.env._("%(agreement)s is not in force today. Choose another.", **name))
            if agreement.plan_ids and subscription.plan_id not in agreement.plan_ids:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s does not pay for %(plan)s.", plan=subscription.plan_id.display_name, **name
                    )
                )

    @api.model
    def _get_payment_terms(self, company, partners):
        """Return {partner: the ``account.payment.term`` of what ``company`` bills them}: dues are due at once.

        Only who pays for people under an agreement has agreed on terms; those of other contacts are for other sales.
        """
        found = self.sudo().with_context(active_test=False)
        found = found.search([("company_id", "=", company.id), ("partner_id", "in", partners.ids)])
        sponsors = found.partner_id.with_company(company)
        terms = dict.fromkeys(partners, self.env["account.payment.term"])
        return terms | {partner: partner.property_payment_term_id for partner in sponsors}

    def action_open_subscriptions(self):
        """Open the subscriptions that this company pays for."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_subscriptions.gym_subscription_action")
        return action | {"domain": [("agreement_id", "=", self.id)]}
