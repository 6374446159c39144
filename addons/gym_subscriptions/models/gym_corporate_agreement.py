from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from odoo.addons.gym_members.models.turn import take_turn

TOLD_BEFORE = timedelta(days=30)


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
    date_end = fields.Date(
        string="Until",
        tracking=True,
        help="Last day. Nobody joins after it, and people pay every period that begins after it themselves.",
    )
    date_end_told = fields.Date(readonly=True, copy=False, help="The last day of which everybody has been told.")
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
        planned = dict(
            self.env["gym.subscription.change"]
            .sudo()
            ._read_group([("agreement_id", "in", self.ids), ("state", "=", "planned")], ["agreement_id"], ["__count"])
        )
        for agreement in self:
            agreement.seats_used = counts.get(agreement, 0) + planned.get(agreement, 0)

    @api.constrains("date_start", "date_end")
    def _check_days(self):
        for agreement in self:
            if agreement.date_end and agreement.date_end < agreement.date_start:
                raise ValidationError(
                    self.env._("%(agreement)s would end before it begins. Correct its days.", agreement=agreement.name)
                )

    # === CRUD === #

    def write(self, vals):
        """Let an agreement that is archived end that day at the latest, and tell everybody of an end that is near."""
        if "active" in vals and not vals["active"]:
            for agreement in self.filtered("active"):
                today = max(agreement.company_id._today(), agreement.date_start)
                agreement.date_end = min(agreement.date_end or today, today)
        result = super().write(vals)
        if vals.keys() & {"active", "date_end"}:
            self.env.ref("gym_subscriptions.ir_cron_agreement_ends").sudo()._trigger()
        return result

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
            if not agreement.active or day < agreement.date_start or agreement._is_over(day):
                raise ValidationError(
                    self.env._(
                        "%(agreement)s is not in force on %(day)s. Choose another.",
                        day=format_date(self.env, day),
                        **name,
                    )
                )
            if agreement.plan_ids and subscription.plan_id not in agreement.plan_ids:
                raise ValidationError(
                    self.env._(
                        "%(agreement)s does not pay for %(plan)s.", plan=subscription.plan_id.display_name, **name
                    )
                )

    def _is_over(self, day):
        """Tell whether a period that begins on ``day`` is none of this agreement's any more."""
        self.ensure_one()
        return day > self.date_end if self.date_end else not self.active

    # === ITS END === #

    @api.model
    def _cron_tell_ends(self):
        """Cron: tell the payers and people of agreements that end soon. Running twice tells nobody twice."""
        self._tell_ends()

    @api.model
    def _tell_ends(self):
        """Tell of each end that is near and not told yet; one that fails stops no other."""
        candidates = self.sudo().with_context(active_test=False).search([("date_end", "!=", False)])
        near = candidates.filtered(
            lambda one: one.date_end_told != one.date_end and one.date_end - TOLD_BEFORE <= one.company_id._today()
        )
        self.env["ir.cron"]._do_each(near, "_tell_end")

    def _tell_end(self):
        """Mail the last day to the company that pays, and to each person from when on they pay what."""
        self.ensure_one()
        subscriptions = self.subscription_ids.filtered(lambda one: one._get_first_day_without(self))
        mails = [("mail_template_agreement_ends_member", one, one.payer_id) for one in subscriptions]
        if subscriptions:
            mails.insert(0, ("mail_template_agreement_ends", self, self.partner_id))
        for template, record, partner in mails:
            if partner.email:
                self.env.ref(f"gym_subscriptions.{template}").send_mail(record.id)
        self.date_end_told = self.date_end
        silent = ", ".join(partner.name for _template, _record, partner in mails if not partner.email)
        reader = self.with_context(lang=self.company_id.partner_id.lang)
        told = reader.env._(
            "Told of the last day, %(day)s: %(count)s people and the company.",
            day=format_date(reader.env, self.date_end),
            count=len(subscriptions),
        )
        if silent:
            told += " " + reader.env._("They have no e-mail address, call them: %(names)s.", names=silent)
        if subscriptions:
            reader.message_post(body=told)

    @api.model
    def _get_payment_terms(self, company, partners):
        """Return {partner: the ``account.payment.term`` of what ``company`` bills them}: dues are due at once.

        Only the payer of an agreement has agreed on terms; those of other contacts are for other sales.
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
