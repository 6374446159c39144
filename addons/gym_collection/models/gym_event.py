from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_subscriptions.models.gym_event import NUMBER, TEXT, subscription_type

_lt = LazyTranslate(__name__)

MONEY = {"type": "number"}
COLLECTION_TYPES = {
    "charge.done": subscription_type(_lt("Paid %(invoice)s with a card"), "fa-credit-card", invoice=TEXT, amount=MONEY),
    "charge.failed": subscription_type(
        _lt("The card was declined for %(invoice)s"), "fa-times", invoice=TEXT, amount=MONEY
    ),
    "charge.refused": subscription_type(
        _lt("%(invoice)s may not be charged"), "fa-hand-paper-o", invoice=TEXT, amount=MONEY
    ),
    "refund.done": subscription_type(
        _lt("Got money back: %(invoice)s"), "fa-undo", invoice=TEXT, amount=MONEY, refund_id=NUMBER
    ),
    "refund.failed": subscription_type(
        _lt("The money of %(invoice)s could not be given back"),
        "fa-times",
        invoice=TEXT,
        amount=MONEY,
        refund_id=NUMBER,
    ),
    "chargeback.received": subscription_type(
        _lt("The bank took %(invoice)s back"), "fa-bank", invoice=TEXT, amount=MONEY
    ),
    "chargeback.won": subscription_type(
        _lt("The chargeback of %(invoice)s was won"), "fa-trophy", invoice=TEXT, amount=MONEY
    ),
    "chargeback.lost": subscription_type(
        _lt("The chargeback of %(invoice)s was lost"), "fa-bank", invoice=TEXT, amount=MONEY
    ),
}


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | COLLECTION_TYPES
