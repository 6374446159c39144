from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PosConfig(models.Model):
    _inherit = "pos.config"

    gym_location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        check_company=True,
        domain="[('kind', '=', 'branch'), ('company_id', '=', company_id)]",
        ondelete="restrict",
        index="btree_not_null",
        help="The till of a branch opens with its check-in screen and takes dues. Its front desk sees its tickets.",
    )

    @api.constrains("gym_location_id", "company_id")
    def _check_gym_location(self):
        for config in self.filtered("gym_location_id"):
            if config.gym_location_id.company_id != config.company_id or config.gym_location_id.kind != "branch":
                raise ValidationError(
                    self.env._(
                        "The till %(name)s needs a branch of %(company)s.",
                        name=config.name,
                        company=config.company_id.name,
                    )
                )

    @api.model
    def _get_special_products(self):
        """Load what collects dues, and offer it nowhere: who owes is asked first."""
        dues = self.env.ref("gym_pos.product_dues", raise_if_not_found=False)
        return super()._get_special_products() | (dues or self.env["product.product"])

    @api.model
    def _load_pos_data_read(self, records, config):
        read = super()._load_pos_data_read(records, config)
        dues = self.env.ref("gym_pos.product_dues", raise_if_not_found=False)
        for row in read:
            row["_gym_dues_product_id"] = dues.id if dues and records.gym_location_id else False
            row["_gym_may_undo"] = self.env.user.has_group("gym_members.group_gym_manager")
        return read
