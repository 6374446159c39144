import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Datetime

from odoo.addons.gym_subscriptions.models.money import to_decimal

from ..domain.tenders import Tender, allocate, net_of_change

_logger = logging.getLogger(__name__)


class PosOrder(models.Model):
    """Tickets that collect dues."""

    _inherit = "pos.order"

    def _process_saved_order(self, draft):
        if self.to_invoice and self._get_dues_lines():
            self.to_invoice = False  # what it collects has invoices of its own
        result = super()._process_saved_order(draft)
        if not draft and self.state != "cancel":
            self._collect_dues()
        return result

    def action_pos_order_invoice(self):
        self._check_no_dues()
        return super().action_pos_order_invoice()

    def _generate_pos_order_invoice(self):
        self._check_no_dues()
        return super()._generate_pos_order_invoice()

    def _check_no_dues(self):
        for order in self.filtered(lambda one: one._get_dues_lines()):
            raise UserError(
                self.env._(
                    "The ticket %(name)s collects dues, which have invoices of their own. Invoice those.",
                    name=order.pos_reference,
                )
            )

    def _get_dues_lines(self):
        return self.lines.filtered(lambda line: line._is_dues())

    def _collect_dues(self):
        """Book the dues that this ticket collected; a line that cannot be booked waits with its reason.

        A ticket that was synchronised is never refused: the money is in the till.
        """
        self.ensure_one()
        new = self._get_dues_lines().filtered(lambda line: not line.gym_dues_state)
        new.sudo().gym_dues_state = "waiting"
        for line in new:
            try:
                with self.env.cr.savepoint():
                    line._book_dues()
            except OperationalError:
                raise  # two at once: the whole request is done again
            except UserError as error:
                line.sudo().gym_dues_problem = str(error)
            except Exception as error:  # pylint: disable=broad-except
                _logger.exception("Dues of line %s were not booked", line.uuid)
                line.sudo().gym_dues_problem = str(error)

    def _get_dues_parts(self, line):
        """Return the :class:`~..domain.tenders.Part` by which one line of this ticket is paid."""
        tenders = [
            Tender(payment.id, to_decimal(payment.amount), payment.payment_method_id.is_cash_count)
            for payment in self.payment_ids
        ]
        dues = [one._as_due() for one in self._get_dues_lines() if one._get_amount() > 0]
        return [part for part in allocate(net_of_change(tenders), dues) if part.due == line.id]

    def _get_dues_day(self, member):
        """Return the civil day of the branch on which the dues were taken, within the session that took them.

        The till's clock says when; it is believed from the opening of the session until now.
        """
        location = self.config_id.gym_location_id or member.location_id
        taken = min(max(self.date_order, self.session_id.start_at or self.date_order), Datetime.now())
        return location._to_local(taken).date()
