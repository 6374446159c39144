from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType

_lt = LazyTranslate(__name__)

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
MONEY = {"type": "number"}
_OF = {"subscription_id": NUMBER, "plan": TEXT}


def _type(title, icon, required=(), **properties):
    """Return the type of an event about a subscription: its id and plan, and what else ``properties`` names."""
    return EventType(title, icon, _OF | properties, ("subscription_id", "plan", *required))


SUBSCRIPTION_TYPES = {
    "subscription.trial_started": _type(_lt("Began a trial of %(plan)s"), "fa-star-o"),
    "subscription.activated": _type(_lt("Subscribed to %(plan)s"), "fa-star"),
    "subscription.payment_due": _type(_lt("Owes for %(plan)s"), "fa-exclamation-circle"),
    "subscription.paid_up": _type(_lt("Paid what was owed for %(plan)s"), "fa-check-circle"),
    "subscription.suspended": _type(_lt("%(plan)s suspended for lack of payment"), "fa-lock"),
    "subscription.frozen": _type(_lt("Froze %(plan)s"), "fa-snowflake-o"),
    "subscription.unfrozen": _type(_lt("%(plan)s goes on after a freeze"), "fa-sun-o"),
    "subscription.cancel_requested": _type(
        _lt("Asked to cancel %(plan)s, folio %(folio)s"), "fa-sign-out", ("folio",), folio=TEXT, reason=TEXT
    ),
    "subscription.cancel_withdrawn": _type(
        _lt("Stays: took the cancellation %(folio)s back"), "fa-undo", ("folio",), folio=TEXT
    ),
    "subscription.cancelled": _type(_lt("Cancelled %(plan)s"), "fa-times-circle", folio=TEXT, reason=TEXT),
    "subscription.expired": _type(_lt("%(plan)s came to its end"), "fa-flag-checkered"),
    "subscription.changed": _type(_lt("Changed: %(before)s → %(after)s"), "fa-exchange", before=TEXT, after=TEXT),
    "subscription.payer_changed": _type(_lt("Somebody else pays for %(plan)s"), "fa-credit-card"),
    "subscription.moved": _type(
        _lt("%(plan)s moved from %(before)s to %(after)s"), "fa-map-marker", before=TEXT, after=TEXT
    ),
    "subscription.transferred": _type(_lt("Passed %(plan)s to %(after)s"), "fa-share", before=TEXT, after=TEXT),
    "subscription.received": _type(_lt("Received %(plan)s from %(before)s"), "fa-gift", before=TEXT, after=TEXT),
    "charge.done": _type(_lt("Paid %(invoice)s with a card"), "fa-credit-card", invoice=TEXT, amount=MONEY),
    "charge.failed": _type(_lt("The card was declined for %(invoice)s"), "fa-times", invoice=TEXT, amount=MONEY),
    "charge.refused": _type(_lt("%(invoice)s may not be charged"), "fa-hand-paper-o", invoice=TEXT, amount=MONEY),
    "refund.done": _type(_lt("Got money back: %(invoice)s"), "fa-undo", invoice=TEXT, amount=MONEY, refund_id=NUMBER),
    "refund.failed": _type(
        _lt("The money of %(invoice)s could not be given back"),
        "fa-times",
        invoice=TEXT,
        amount=MONEY,
        refund_id=NUMBER,
    ),
    "chargeback.received": _type(_lt("The bank took %(invoice)s back"), "fa-bank", invoice=TEXT, amount=MONEY),
    "chargeback.won": _type(_lt("The chargeback of %(invoice)s was won"), "fa-trophy", invoice=TEXT, amount=MONEY),
    "chargeback.lost": _type(_lt("The chargeback of %(invoice)s was lost"), "fa-bank", invoice=TEXT, amount=MONEY),
    "subscription.reactivated": _type(_lt("Came back to %(plan)s"), "fa-undo"),
}


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | SUBSCRIPTION_TYPES
