from markupsafe import Markup

from odoo import api, fields, models

from ..domain import catalogs
from ..domain.names import fiscal_name
from ..domain.receptor import Customer, problems_of, receptor_of, rfc_of
from ..domain.rfc import is_generic, is_well_formed
from ..tools import language_of, selection_of

# What a customer's fiscal data are checked with while no document says where it is issued
_ANY_PLACE = "06000"


class ResPartner(models.Model):
    """What the SAT has to know of a customer, on the commercial entity.

    The contact keeps the name and the VAT number as people wrote them; :attr:`cfdi_name` and the RFC are derived.
    """

    _name = "res.partner"
    _inherit = "res.partner"

    cfdi_registered_name = fields.Char(
        help="Name of the Constancia when it is not simply the contact's name in the SAT's spelling."
    )
    cfdi_name = fields.Char(
        "Name in the Constancia",
        compute="_compute_cfdi_name",
        inverse="_inverse_cfdi_name",
        help="Upper case, without SA DE CV or the like, exactly as in the Constancia de Situación Fiscal. It follows "
        "the contact's name until you write another one; empty it to follow again.",
    )
    cfdi_regime = fields.Selection(lambda self: selection_of(catalogs.regimes()), "Tax Regime")
    cfdi_use = fields.Selection(
        lambda self: selection_of(use for use in catalogs.uses() if use.key not in ("CP01", "CN01")),
        "Usual Use of CFDI",
        help="Empty: G03, or S01 for those whose regime does not admit G03 (wage earners, no obligations).",
    )
    cfdi_data_state = fields.Selection(
        [
            ("generic", "Without RFC"),
            ("ok", "Complete"),
            ("warning", "To Be Verified"),
            ("error", "To Be Corrected"),
        ],
        "Fiscal Data",
        compute="_compute_cfdi_data",
        store=True,
        help="Whether an invoice to this customer would be stamped.",
    )
    cfdi_data_codes = fields.Char(
        "SAT Rules",
        compute="_compute_cfdi_data",
        store=True,
        help="Codes of the SAT's rules that the fiscal data break.",
    )
    cfdi_data_problems = fields.Json(compute="_compute_cfdi_data_problems")
    cfdi_data_text = fields.Text("What to Correct", compute="_compute_cfdi_data_problems")

    # --- compute

    @api.depends("name", "vat", "country_id", "cfdi_registered_name")
    def _compute_cfdi_name(self):
        for partner in self:
            partner.cfdi_name = partner.cfdi_registered_name or partner._get_cfdi_automatic_name()

    def _inverse_cfdi_name(self):
        for partner in self:
            name = " ".join((partner.cfdi_name or "").upper().split())
            partner.cfdi_registered_name = name if name != partner._get_cfdi_automatic_name() else False
        self.invalidate_recordset(["cfdi_name"], flush=False)  # what is empty shows the automatic name again

    @api.depends(
        "name", "vat", "zip", "country_id", "cfdi_registered_name", "cfdi_regime", "cfdi_use", "cfdi_listed_codes"
    )
    def _compute_cfdi_data(self):
        for partner in self:
            failures = partner._get_cfdi_receptor_failures()
            is_error = any(failure.severity == "error" for failure in failures)
            if failures:
                partner.cfdi_data_state = "error" if is_error else "warning"
            else:
                partner.cfdi_data_state = "generic" if is_generic(partner._get_cfdi_rfc()) else "ok"
            partner.cfdi_data_codes = " ".join(dict.fromkeys(failure.code for failure in failures)) or False

    @api.depends_context("lang")
    @api.depends("cfdi_data_codes", "cfdi_data_state")
    def _compute_cfdi_data_problems(self):
        for partner in self:
            problems = partner._check_cfdi_receptor() if partner.cfdi_data_codes else []
            partner.cfdi_data_problems = problems
            partner.cfdi_data_text = "\n".join(f"{problem['text']} {problem['remedy']}" for problem in problems)

    # --- onchange

    @api.onchange("vat")
    def _onchange_vat_cfdi(self):
        """Write an RFC as the SAT does: upper case, without spaces and dashes."""
        rfc = rfc_of(self.vat)
        if self.vat and is_well_formed(rfc):
            self.vat = rfc

    # --- CRUD

    def write(self, vals):
        result = super().write(vals)
        if self._get_cfdi_data_fields() & set(vals):
            self._close_cfdi_corrections()
        return result

    @api.model
    def _commercial_fields(self):
        return super()._commercial_fields() + ["cfdi_registered_name", "cfdi_regime", "cfdi_use"]

    @api.model
    def _get_cfdi_data_fields(self):
        return {"name", "vat", "zip", "country_id", "cfdi_name", "cfdi_registered_name", "cfdi_regime", "cfdi_use"}

    # --- actions

    @api.model
    def action_cfdi_check_customers(self):
        """Judge the fiscal data of all customers again and list those that an invoice could not use.

        For the days before the month is billed: what is stored was judged by the SAT's catalogues of another day.
        """
        self.check_access("read")
        customers = self.search(
            [("customer_rank", ">", 0), "|", ("is_company", "=", True), ("parent_id", "=", False)], order="id"
        )
        self.env.add_to_compute(self._fields["cfdi_data_state"], customers)
        self.env.add_to_compute(self._fields["cfdi_data_codes"], customers)
        return self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.res_partner_action_fiscal_data")

    def action_cfdi_request_corrections(self):
        """Put a to-do on each of the customers whose fiscal data an invoice could not use, once."""
        self.check_access("write")
        activity_type = self.env.ref("gym_cfdi.mail_activity_type_fiscal_data")
        pending = self.filtered(lambda partner: partner.cfdi_data_state in ("error", "warning"))
        asked = pending.activity_ids.filtered(lambda activity: activity.activity_type_id == activity_type)
        for partner in pending - self.browse(asked.mapped("res_id")):
            partner.activity_schedule(
                activity_type_id=activity_type.id,
                summary=self.env._("Complete the fiscal data"),
                note=Markup("<br/>").join(partner.cfdi_data_text.split("\n")),
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s customers now have a to-do.", count=len(pending)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _close_cfdi_corrections(self):
        """Mark the to-dos of the customers whose fiscal data are now in order as done."""
        corrected = self.filtered(lambda partner: partner.cfdi_data_state in ("ok", "generic"))
        if corrected.activity_ids:
            corrected.sudo().activity_feedback(["gym_cfdi.mail_activity_type_fiscal_data"])

    # --- business methods

    def _get_cfdi_rfc(self):
        """Return the RFC under which this contact is invoiced; a generic one when it has none of its own."""
        self.ensure_one()
        return rfc_of(self.vat, self.country_id.code)

    def _get_cfdi_automatic_name(self):
        return fiscal_name(self.name or "", self._get_cfdi_rfc())

    def _get_cfdi_receptor(self, place, use=None, is_credit=False):
        """Return the :class:`~..domain.model.Receptor` of an invoice to this contact.

        :param str place: LugarExpedicion of the document
        :param str use: UsoCFDI when the document has its own
        :param bool is_credit: whether the document is a credit note
        """
        self.ensure_one()
        customer = Customer(
            vat=self.vat or "",
            name=self.cfdi_name or "",
            country=self.country_id.code or "",
            postal_code=self.zip or "",
            regime=self.cfdi_regime or "",
            use=self.cfdi_use or "",
        )
        return receptor_of(customer, place, use, is_credit)

    def _get_cfdi_receptor_failures(self):
        """Return what the SAT would refuse or doubt of this customer, as failed rules and errors."""
        self.ensure_one()
        receptor = self._get_cfdi_receptor(_ANY_PLACE)
        return problems_of(receptor, self.env.company._today()) + self._get_taxpayer_errors(receptor)

    def _check_cfdi_receptor(self):
        """Return the problems of this customer's fiscal data, in the user's language, ready for JSON.

        :return: list of dicts with code, severity, field, text and remedy
        """
        language = language_of(self.env)
        return [failure.as_dict(language) for failure in self._get_cfdi_receptor_failures()]
