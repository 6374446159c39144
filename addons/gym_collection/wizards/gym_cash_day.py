from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from odoo.addons.gym_subscriptions.domain.proration import ZERO
from odoo.addons.gym_subscriptions.models.money import to_decimal

from ..domain.cash_limits import Limits, why_not

# Groups that book money of any past day and any amount
WITHOUT_LIMITS = ("gym_members.group_gym_manager", "gym_members.group_gym_accountant")


class GymCashDay(models.AbstractModel):
    """A dialog that books money at the desk, once, in a chosen box or account and as of a day.

    The day has limits by role, and what was booked under another day than today is listed. A dialog says whom it is
    about (``_about``, one of its fields) and which day it is there (:meth:`_get_today`).
    """

    _name = "gym.cash.day"
    _description = "Day of Money at the Desk"
    _inherit = ["gym.relation.guard", "gym.journal.choice", "gym.once"]
    _about = None

    date = fields.Date(
        string="Received On",
        required=True,
        compute="_compute_date",
        store=True,
        readonly=False,
        precompute=True,
        help="Civil day of the branch.",
    )

    @api.depends(lambda self: [self._about] if self._about else [])
    def _compute_date(self):
        for dialog in self:
            dialog.date = dialog.date or dialog._get_today()

    def _get_today(self):
        """Return today at the branch where the money is."""
        raise NotImplementedError

    def _get_limits(self, company):
        """Return the :class:`~..domain.cash_limits.Limits` of the user."""
        may_more = any(self.env.user.has_group(group) for group in WITHOUT_LIMITS)
        return Limits(company.gym_cash_days_back, to_decimal(company.gym_cash_over), is_bound=not may_more)

    def _check_day(self, day, today, company):
        """Refuse a day under which the user may not book money.

        :raise UserError: with the limit and the role that may go beyond it
        """
        limits = self._get_limits(company)
        self._check_day_code(why_not(day, today, ZERO, ZERO, limits), today, limits)

    def _check_day_code(self, code, today, limits):
        if code == "ahead":
            raise UserError(
                self.env._(
                    "Money cannot be received or paid on a day that is still to come. Today is %(day)s.",
                    day=self._show(today),
                )
            )
        if code == "too_old":
            first = self._show(today - timedelta(days=limits.days_back))
            raise UserError(
                self.env._(
                    "The front desk books payments since %(day)s. Ask a manager to book an older one.", day=first
                )
            )

    def _show(self, day):
        return format_date(self.env, day)

    def _tell_other_day(self, payment, location, payer):
        """List a payment that is booked under another day than today; the count of the box finds it so."""
        today = location._today()
        if payment.date == today:
            return
        self.env["gym.other.day"].sudo().create(
            {
                "payment_id": payment.id,
                "location_id": location.id,
                "partner_id": payer.id,
                "amount": payment.amount if payment.payment_type == "inbound" else -payment.amount,
                "journal_name": payment.journal_id.name,
                "date": payment.date,
                "booked_on": today,
            }
        )
        payment.message_post(
            body=self.env._(
                "Booked on %(today)s by %(user)s, as of %(day)s.",
                today=self._show(today),
                user=self.env.user.name,
                day=self._show(payment.date),
            )
        )
