from odoo import fields, models


class GymMember(models.Model):
    """Where an imported member came from."""

    _inherit = "gym.member"

    import_key = fields.Char(
        string="Imported As",
        readonly=True,
        copy=False,
        help="The system a member came from and their id there; importing the same person again finds them by it.",
    )

    _import_key_per_company = models.UniqueIndex(
        "(company_id, import_key) WHERE import_key IS NOT NULL", "That person of the old system is already a member."
    )
