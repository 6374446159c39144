from odoo import api, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.events import EventType

from .gym_checkin import REFUSAL_DAYS, VISIT_DAYS

_lt = LazyTranslate(__name__)

_PLACE = {"location": {"type": "string"}}
VISIT_TYPES = {
    "visit.entered": EventType(_lt("Trained at %(location)s"), "fa-heartbeat", _PLACE, ("location",), VISIT_DAYS),
    "visit.refused": EventType(
        _lt("Not let in at %(location)s"), "fa-hand-stop-o", _PLACE, ("location",), REFUSAL_DAYS
    ),
}


class GymEvent(models.Model):
    _inherit = "gym.event"

    @api.model
    def _get_event_types(self):
        return super()._get_event_types() | VISIT_TYPES
