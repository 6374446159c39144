from odoo import models
from odoo.fields import Domain
from odoo.tools import format_date

# What members are not told here: how the gym works, and what the invoices beside it say better.
UNTOLD_EVENTS = frozenset({"charge.refused", "subscription.billed"})
MOVE_FIELDS = (
    "name",
    "move_type",
    "state",
    "payment_state",
    "invoice_date",
    "amount_total",
    "amount_residual",
    "currency_id",
    "partner_id",
)


class GymSubscription(models.Model):
    """What happened to a subscription, and its invoices, as the portal tells it."""

    _inherit = "gym.subscription"

    def _get_portal_invoices(self, limit=None, offset=0):
        """Return the invoices and credit notes of this subscription that its payer got, the newest first.

        The number of queries does not depend on how many there are.

        :return: list of dicts with ``move``; as people write them ``amount`` and ``days`` (what it bills, or its date);
            ``label`` and ``tone`` of how it stands
        """
        self.ensure_one()
        billed = [("subscription_id", "=", self.id), ("partner_id", "=", self.payer_id.id), ("move_id", "!=", False)]
        periods = self.env["gym.subscription.period"].sudo()
        rows = periods.search_fetch(billed, ["move_id", "kind", "date_start", "date_end"])
        dues = self.env["gym.due"].sudo().search_fetch(billed, ["move_id"])
        ids = {*rows.move_id._ids, *dues.move_id._ids}
        moves = (
            self.env["account.move"]
            .sudo()
            .search_fetch(
                [("id", "in", list(ids)), ("state", "=", "posted"), ("partner_id", "=", self.payer_id.id)],
                MOVE_FIELDS,
                order="invoice_date DESC, id DESC",
                limit=limit,
                offset=offset,
            )
        )
        days = rows.filtered(lambda row: row.kind != "credit").grouped("move_id")
        return [
            {
                "move": move,
                "amount": move.currency_id.format(
                    -move.amount_total if move.move_type == "out_refund" else move.amount_total
                ),
                "days": self._get_portal_days(days.get(move)) or format_date(self.env, move.invoice_date),
            }
            | move._get_portal_payment()
            for move in moves
        ]

    def _get_portal_days(self, rows):
        if not rows:
            return ""
        return self._format_portal_days(min(rows.mapped("date_start")), max(rows.mapped("date_end")))

    def _get_portal_invoice(self, move_id):
        """Return, in sudo, the invoice with that id if it bills this subscription to its payer."""
        self.ensure_one()
        return self._get_moves().filtered(
            lambda move: move.id == move_id and move.state == "posted" and move.partner_id == self.payer_id
        )

    def _get_portal_events(self, limit=30):
        """Return what happened to this subscription, newest first.

        :return: list of dicts with ``day`` (at its branch, as people write it), ``title`` and ``icon``
        """
        self.ensure_one()
        types = self.env["gym.event"]._get_event_types()
        codes = [code for code in types if code.startswith(("subscription.", "charge.")) and code not in UNTOLD_EVENTS]
        domain = Domain("member_id", "in", self.member_id._get_merged_ids()) & Domain("type", "in", codes)
        # another subscription of the member may be among them; three of a kind leave enough of this one
        events = self.env["gym.event"].sudo().search_fetch(domain, limit=3 * limit)
        own = events.filtered(lambda event: event.payload.get("subscription_id") == self.id)[:limit]
        return [
            {
                "day": format_date(self.env, self.location_id._to_local(event.occurred_at).date()),
                "title": event.title,
                "icon": types[event.type].icon,
            }
            for event in own
        ]
