"""The front desk: who pays there, when, and how it is entered."""

import random
from datetime import timedelta

from . import books

# Days after the bill on which people come to pay: most at once, some after reminders, a few not at all.
WHEN = ((0, 550), (1, 120), (2, 80), (3, 60), (5, 50), (8, 40), (12, 30), (18, 20), (26, 10), (None, 4))
# After the card failed, the payment link or the desk: later than who pays there anyway.
WHEN_CARD_FAILED = ((2, 20), (5, 25), (9, 20), (14, 15), (21, 10), (None, 4))


class Desk:
    """Enters the payments of the day."""

    def __init__(self, env, offer):
        self.env, self.offer = env, offer
        self.pays = {}  # id of a payer: card, cash or transfer
        self.days = {}  # id of an invoice: the day on which it is paid here, None for never

    def take_payments(self, today):
        """Enter what comes in on ``today``."""
        due = [move for move in self._get_open() if (day := self._get_day(move)) and day <= today]
        books.enter(self.env, [(move, self._prepare_payment(move)) for move in due])

    def pay_back(self, today):
        """Transfer back what is owed to people who left and have no card that could take it."""
        for refund in self.env["gym.refund"].search([("state", "=", "to_pay")]):
            refund._pay_back(self.offer.bank, today)

    def _get_open(self):
        return self.env["account.move"].search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("payment_state", "in", ("not_paid", "partial")),
                ("gym_location_id", "!=", False),
            ]
        )

    def _get_journal(self, move):
        means = self.pays.get(move.partner_id.id, "transfer")
        return self.offer.cash if means == "cash" else self.offer.bank

    def _get_day(self, move):
        """Return the day on which ``move`` is paid at the desk; of who has a card, only once the card has failed."""
        if self.pays.get(move.partner_id.id) == "card":
            if not move.gym_charge_ids or any(
                charge.state not in ("failed", "refused") for charge in move.gym_charge_ids
            ):
                return None
            return self._draw(move, WHEN_CARD_FAILED, "card")
        return self._draw(move, WHEN, "desk")

    def _draw(self, move, choices, kind):
        key = (move.id, kind)
        if key not in self.days:
            dice = random.Random(f"{move.name} {kind}")
            late = dice.choices([days for days, _weight in choices], [weight for _days, weight in choices])[0]
            self.days[key] = None if late is None else move.invoice_date + timedelta(days=late)
        return self.days[key]

    def _prepare_payment(self, move):
        journal = self._get_journal(move)
        return {
            "amount": move.amount_residual,
            "journal_id": journal.id,
            "payment_method_line_id": journal.inbound_payment_method_line_ids[:1].id,
            "memo": move.payment_reference or move.name,
        }
