from odoo import api, fields, models
from odoo.exceptions import UserError

from ..domain import ledger

LABELS = {
    ledger.GRANT: "Given",
    ledger.APPLY: "Used",
    ledger.RELEASE: "Free again",
    ledger.EXPIRE: "Expired",
    ledger.REVERSE: "Taken back",
    ledger.ADJUST: "Kept for one taken back",
}


class GymReferralEntry(models.Model):
    """A fact about a reward: only ever added, by nobody's hand."""

    _name = "gym.referral.entry"
    _description = "Entry of a Reward"
    _order = "id"
    _rec_name = "source"

    reward_id = fields.Many2one("gym.referral.reward", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="reward_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="reward_id.location_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection([(kind, LABELS[kind]) for kind in ledger.KINDS], required=True, readonly=True)
    source = fields.Char(required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True, help="IVA included.")

    _once = models.UniqueIndex("(reward_id, kind, source)", "This has been noted.")
    _positive = models.Constraint("CHECK (amount > 0)", "An entry is above zero.")

    def write(self, vals):
        if vals.keys() - {"company_id", "location_id"}:
            raise UserError(self.env._("Entries of rewards are only added, never changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Entries of rewards are only added, never deleted."))
