from odoo import fields, models

# What is charged to the card by itself without a period: what the person asks for while they pay by card
CARD_FEES = ("enrolment", "freeze_fee")


class AccountMove(models.Model):
    _inherit = "account.move"

    gym_charge_ids = fields.One2many("gym.charge", "move_id", string="Automatic Charges", readonly=True)

    def _plan_charges(self, day=None):
        """Plan the automatic charge of these invoices, those that are open and have none under way.

        :param date day: civil day of the branch; today by default
        :return: the ``gym.charge`` planned now
        """
        Charge = self.env["gym.charge"].sudo()
        moves = self.filtered(
            lambda move: move.move_type == "out_invoice" and move.state == "posted" and move.amount_residual > 0
        )
        under_way = Charge.search([("move_id", "in", moves.ids), ("state", "in", ("planned", "sent", "in_doubt"))])
        charges = Charge.create(
            [
                {
                    "move_id": move.id,
                    "amount": move.amount_residual,
                    "date": day or move.gym_location_id._today(),
                }
                for move in moves - under_way.move_id
            ]
        )
        charges._enqueue()
        return charges

    def _plan_charges_of_cards(self):
        """Plan the charge of those invoices whose subscriptions have a card of whom they are made out to.

        They bill dues, or a fee for what the person asked for, as a freeze; the guard judges both by the consent.
        A company's share of the dues is not charged to the card of its employee.

        :return: the ``gym.charge`` planned now
        """
        is_card = ("subscription_id.token_id", "!=", False)
        billed = ("move_id", "in", self.ids)
        periods = (
            self.env["gym.subscription.period"].sudo()._read_group([billed, is_card], ["move_id", "subscription_id"])
        )
        fees = (
            self.env["gym.due"]
            .sudo()
            ._read_group([billed, is_card, ("kind", "in", CARD_FEES)], ["move_id", "subscription_id"])
        )
        pairs = {*periods, *fees}
        moves = {move.id for move, subscription in pairs if subscription._is_charged_to(move.partner_id)}
        return self.filtered(lambda move: move.id in moves)._plan_charges()
