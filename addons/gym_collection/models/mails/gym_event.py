from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType

_lt = LazyTranslate(__name__)

CARD_EXPIRING = EventType(
    _lt("The card %(card)s expires on %(expires)s"),
    "fa-credit-card",
    {
        "subscription_id": {"type": "integer"},
        "plan": {"type": "string"},
        "card": {"type": "string"},
        "expires": {"type": "string"},
    },
    ("subscription_id", "plan", "card", "expires"),
)


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | {"card.expiring": CARD_EXPIRING}
