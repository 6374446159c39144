from odoo import api, fields, models
from odoo.exceptions import AccessError


class GymAllowanceEntry(models.Model):
    """What was taken of an allowance, or given back; the allowance less the sum is left. Rows are only added."""

    _name = "gym.allowance.entry"
    _description = "Use of an Allowance"
    _order = "occurred_at desc, id desc"
    _rec_name = "kind"

    kind = fields.Selection([("visit", "Visit"), ("guest", "Guest")], required=True, readonly=True)
    quantity = fields.Integer(required=True, readonly=True, default=1, help="Below zero: given back.")
    occurred_at = fields.Datetime(string="When", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    location_id = fields.Many2one("gym.location", string="Branch", required=True, readonly=True, index=True)
    member_id = fields.Many2one("gym.member", readonly=True, index="btree_not_null", ondelete="cascade")
    subscription_id = fields.Many2one("gym.subscription", readonly=True, ondelete="cascade")
    pass_id = fields.Many2one(
        "gym.access.pass", string="Pass", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    _of_subscription = models.Index("(subscription_id, occurred_at) WHERE subscription_id IS NOT NULL")
    _moves = models.Constraint("CHECK (quantity != 0)", "An entry takes something or gives it back.")
    _of_something = models.Constraint(
        "CHECK (subscription_id IS NOT NULL OR pass_id IS NOT NULL)", "An entry belongs to a subscription or a pass."
    )

    def write(self, vals):  # pylint: disable=method-required-super
        raise AccessError(self.env._("What was used cannot be changed; give it back with another entry."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("What was used cannot be deleted; give it back with another entry."))

    @api.model
    def _take(self, kind, holder, location, at, subscription=None, access_pass=None):
        """Take one of an allowance; the caller has taken its turn on the holder.

        :param holder: ``gym.member``; empty for a guest
        """
        return self.sudo().create(
            {
                "kind": kind,
                "occurred_at": at,
                "company_id": location.company_id.id,
                "location_id": location.id,
                "member_id": holder.id,
                "subscription_id": subscription.id if subscription else False,
                "pass_id": access_pass.id if access_pass else False,
            }
        )
