from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class GymOwingPromise(models.TransientModel):
    """Notes the day on which somebody who owes dues promised to pay; reminders wait until then."""

    _name = "gym.owing.promise"
    _description = "Promise to Pay"
    _inherit = ["gym.relation.guard"]

    partner_id = fields.Many2one("res.partner", string="Owes", required=True, readonly=True, ondelete="cascade")
    location_id = fields.Many2one("gym.location", string="Branch", required=True, readonly=True, ondelete="cascade")
    promised_on = fields.Date(string="Promised For", required=True)
    note = fields.Char(help="What was said, for whoever calls next.")

    def action_confirm(self):
        """Write the promise on what is done to collect the debt; the first thing done, when nothing was yet.

        :raise UserError: for a day that is over, and when nothing is owed any more
        """
        self.ensure_one()
        self.check_access("write")
        row = self.env["gym.owing.report"].search(
            [("partner_id", "=", self.partner_id.id), ("location_id", "=", self.location_id.id)], limit=1
        )
        if not row:
            raise UserError(self.env._("%(name)s owes nothing overdue any more.", name=self.sudo().partner_id.name))
        if self.promised_on < row.sudo().location_id._today():
            raise UserError(
                self.env._("%(day)s is over. Choose a day to come.", day=format_date(self.env, self.promised_on))
            )
        case = row.case_id or row._begin_collecting()
        said = "\n".join(filter(None, (case.note, self.note)))
        case.write({"promised_on": self.promised_on, "note": said})
        return {"type": "ir.actions.client", "tag": "soft_reload"}
