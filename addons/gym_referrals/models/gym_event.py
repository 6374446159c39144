from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType
from odoo.addons.gym_subscriptions.models.gym_event import NUMBER, TEXT

_lt = LazyTranslate(__name__)

_OF = {"referral_id": NUMBER, "folio": TEXT}
REFERRAL_TYPES = {
    "referral.joined": EventType(_lt("A friend joined: %(folio)s"), "fa-user-plus", _OF, ("referral_id", "folio")),
    "referral.rewarded": EventType(_lt("A friend qualified: %(folio)s"), "fa-gift", _OF, ("referral_id", "folio")),
    "referral.refused": EventType(_lt("No reward for %(folio)s"), "fa-ban", _OF, ("referral_id", "folio")),
}


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | REFERRAL_TYPES
