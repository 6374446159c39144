from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType

_lt = LazyTranslate(__name__)

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}
_OF = {"subscription_id": NUMBER, "plan": TEXT}


def subscription_type(title, icon, required=(), **properties):
    """Return the type of an event about a subscription: its id and plan, and what else ``properties`` names."""
    return EventType(title, icon, _OF | properties, ("subscription_id", "plan", *required))


SUBSCRIPTION_TYPES = {
    "subscription.trial_started": subscription_type(_lt("Began a trial of %(plan)s"), "fa-star-o"),
    "subscription.activated": subscription_type(_lt("Subscribed to %(plan)s"), "fa-star"),
    "subscription.payment_due": subscription_type(_lt("Owes for %(plan)s"), "fa-exclamation-circle"),
    "subscription.paid_up": subscription_type(_lt("Paid what was owed for %(plan)s"), "fa-check-circle"),
    "subscription.suspended": subscription_type(_lt("%(plan)s suspended for lack of payment"), "fa-lock"),
    "subscription.frozen": subscription_type(_lt("Froze %(plan)s"), "fa-snowflake-o"),
    "subscription.unfrozen": subscription_type(_lt("%(plan)s goes on after a freeze"), "fa-sun-o"),
    "subscription.cancel_requested": subscription_type(
        _lt("Asked to cancel %(plan)s, folio %(folio)s"), "fa-sign-out", ("folio",), folio=TEXT, reason=TEXT
    ),
    "subscription.cancel_withdrawn": subscription_type(
        _lt("Stays: took the cancellation %(folio)s back"), "fa-undo", ("folio",), folio=TEXT
    ),
    "subscription.cancelled": subscription_type(_lt("Cancelled %(plan)s"), "fa-times-circle", folio=TEXT, reason=TEXT),
    "subscription.expired": subscription_type(_lt("%(plan)s came to its end"), "fa-flag-checkered"),
    "subscription.changed": subscription_type(
        _lt("Changed: %(before)s → %(after)s"), "fa-exchange", before=TEXT, after=TEXT
    ),
    "subscription.payer_changed": subscription_type(_lt("Somebody else pays for %(plan)s"), "fa-credit-card"),
    "subscription.moved": subscription_type(
        _lt("%(plan)s moved from %(before)s to %(after)s"), "fa-map-marker", before=TEXT, after=TEXT
    ),
    "subscription.transferred": subscription_type(
        _lt("Passed %(plan)s to %(after)s"), "fa-share", before=TEXT, after=TEXT
    ),
    "subscription.received": subscription_type(
        _lt("Received %(plan)s from %(before)s"), "fa-gift", before=TEXT, after=TEXT
    ),
    "subscription.reactivated": subscription_type(_lt("Came back to %(plan)s"), "fa-undo"),
}


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | SUBSCRIPTION_TYPES
