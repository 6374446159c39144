from odoo import fields, models


class GymCancelReason(models.Model):
    """Why people leave, and what they are offered to stay. The offer is shown; it never stands in the way."""

    _name = "gym.cancel.reason"
    _description = "Reason for Leaving"
    _inherit = ["gym.relation.guard"]
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_for_members = fields.Boolean(string="Members Choose It", default=True)
    offer_kind = fields.Selection(
        [("none", "Nothing"), ("freeze", "A freeze"), ("downgrade", "A plan of a lower tier"), ("text", "A message")],
        string="Offer",
        default="none",
        required=True,
    )
    offer_text = fields.Text(translate=True, help="Shown with the offer, before the person confirms that they leave.")

    def _get_offer(self, subscription):
        """Return what ``subscription`` is offered instead of leaving: dict with ``kind`` and ``text``, or ``None``."""
        self.ensure_one()
        if self.offer_kind == "none":
            return None
        if self.offer_kind == "freeze" and not subscription._get_freeze_days_left():
            return None
        if self.offer_kind == "downgrade" and not subscription._get_lower_plans():
            return None
        return {"kind": self.offer_kind, "text": self.offer_text or ""}
