from odoo import models


class GymSubscription(models.Model):
    _inherit = "gym.subscription"

    def _prepare_event_mail(self, event):
        """Return what a message about ``event`` may say besides the subscription, or ``None`` when none is due.

        :return: dict: the event's payload, ``day`` (civil, of the branch), ``link`` (where to pay) and for an invoice
            ``invoice``, ``amount`` (float); ``once`` is what one message is about, however many subscriptions it pays
        """
        self.ensure_one()
        if not self.payer_id.email or self.channel == "import" and not self.period_ids:
            return None
        facts = dict(event.payload or {})
        facts["day"] = self.location_id._to_local(event.occurred_at).date()
        if event.type == "subscription.billed":
            move = self.period_ids.filtered(
                lambda row: str(row.date_end) == facts.get("until") and row.partner_id == self.payer_id
            ).move_id[:1]
            if not move:
                return None
            facts |= {"once": move.id, "invoice": move.name, "amount": move.amount_total}
        elif event.type == "card.expiring":
            facts["once"] = (self.payer_id.id, facts["card"], facts["expires"])
        facts["link"] = self._get_pay_link()
        return facts

    def _get_pay_link(self):
        """Return the address of the page on which the oldest open invoice of the payer is paid; empty for none."""
        self.ensure_one()
        moves = self._get_moves().filtered(lambda move: move.partner_id == self.payer_id)._get_open_dues()
        move = moves.sorted(lambda move: (move.invoice_date_due, move.id))[:1]
        return f"{move.get_base_url()}{move.get_portal_url()}" if move else ""
