from werkzeug.urls import url_encode

from odoo import api, models
from odoo.fields import Domain


class GymStart(models.AbstractModel):
    _inherit = "gym.start"

    @api.model
    def _get_steps(self):
        return [*super()._get_steps(), self._get_cfdi_step()]

    @api.model
    def _get_cfdi_step(self):
        company = self.env.company.sudo()
        is_live = company.cfdi_active and self._has("gym.cfdi.pac", [("environment", "=", "production")])
        is_trial = company.cfdi_active and not is_live
        return self._make_step(
            "cfdi",
            50,
            self.env._("Invoices (CFDI)"),
            self.env._(
                "Each payment with its CFDI. The assistant asks for your seal (CSD) and the company that stamps (PAC). "
                "To try it now, neither is needed."
            ),
            is_live,
            self.env._("Open the assistant"),
            self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.gym_cfdi_setup_action"),
            note=self.env._("On trial: what you invoice now has NO FISCAL VALIDITY.") if is_trial else "",
            more=[*self._get_trial_button(), *self._get_ticket_button()],
        )

    @api.model
    def _get_trial_button(self):
        company = self.env.company
        if company.sudo().cfdi_active or not company._is_gym_ready():
            return []
        return [{"method": "try_cfdi", "label": self.env._("Try without fiscal validity")}]

    @api.model
    def _get_ticket_button(self):
        """Return the button that has the first payment invoiced, as its customer would; none once there is a CFDI."""
        if self._has("gym.cfdi.document"):
            return []
        invoices = self._get_own() & Domain("move_type", "=", "out_invoice") & Domain("state", "=", "posted")
        sales = self.env["account.move"].sudo().search(invoices, order="id desc", limit=10)
        if not (sale := sales.filtered("cfdi_ticket_code")[:1]):
            return []
        query = url_encode({"number": sale.name, "code": sale.cfdi_ticket_code})
        url = {"type": "ir.actions.act_url", "url": f"/factura?{query}", "target": "self"}
        return [{"action": url, "label": self.env._("Invoice the first payment")}]

    @api.model
    def try_cfdi(self):
        """Have invoices stamped by the sandbox with a seal for trials, without fiscal validity, and return the page.

        :raise AccessError: for who is not the owner of a gym
        :raise UserError: with what cannot be right, or what the sandbox says
        """
        self._check_owner()
        if not self.env.company.sudo().cfdi_active:
            self.env["gym.cfdi.setup"]._start_trial()
        return self.get_page()
