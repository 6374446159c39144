from odoo import fields, models
from odoo.exceptions import UserError


class GymSubscriptionParty(models.TransientModel):
    _name = "gym.subscription.party"
    _description = "Another Payer, Branch, Member or Agreement"
    _inherit = ["gym.subscription.wizard"]

    what = fields.Selection(
        [
            ("payer", "Somebody else pays"),
            ("branch", "Another branch"),
            ("transfer", "Pass it to another member"),
            ("agreement", "Another corporate agreement, or none"),
        ],
        default="payer",
        required=True,
    )
    partner_id = fields.Many2one("res.partner", string="New Payer")
    location_id = fields.Many2one(
        "gym.location", string="New Branch", domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]"
    )
    member_id = fields.Many2one("gym.member", string="New Member", domain="[('company_id', '=', company_id)]")
    agreement_id = fields.Many2one(
        "gym.corporate.agreement", string="New Agreement", domain="[('company_id', '=', company_id)]"
    )

    def _apply(self, subscription):
        if self.what == "agreement":
            self._check_manager(True)
            self._check_readable(self.agreement_id)
            subscription._change_agreement(self.agreement_id)
            return
        records = {"payer": self.partner_id, "branch": self.location_id, "transfer": self.member_id}
        verbs = {"payer": "_change_payer", "branch": "_change_branch", "transfer": "_transfer"}
        record = records[self.what]
        if not record:
            raise UserError(self.env._("Choose who or where."))
        self._check_readable(record)
        getattr(subscription, verbs[self.what])(record)
