from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType

_lt = LazyTranslate(__name__)

BILLED = EventType(
    _lt("Billed %(plan)s until %(until)s: %(amount)s"),
    "fa-file-text-o",
    {
        "subscription_id": {"type": "integer"},
        "plan": {"type": "string"},
        "amount": {"type": "string"},
        "until": {"type": "string"},
    },
    ("subscription_id", "plan", "amount", "until"),
)


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | {"subscription.billed": BILLED}
