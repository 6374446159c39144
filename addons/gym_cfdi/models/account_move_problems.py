from odoo import api, fields, models

from ..domain import catalogs, document_state, rules
from ..domain.amounts import amounts_of_invoice
from ..domain.errors import CfdiError
from ..domain.payment_method import fecha_of
from ..domain.rules.engine import Scope
from ..tools import language_of

_OF_MOVE = {
    "FormaPago": "cfdi_payment_form",
    "MetodoPago": "cfdi_payment_method",
    "TipoRelacion": "cfdi_relation_type",
    "Moneda": "currency_id",
    "TipoCambio": "currency_id",
}
# Rules about the receptor that are not of its node's scope
_OF_RECEPTOR = ("CFDI40143", "CFDI40144", "CFDI40145")
_SETTLED = document_state.LIVE | {document_state.SEALED, document_state.SENT, document_state.CANCELLED}


class AccountMove(models.Model):
    """What the SAT would say against the CFDI of an invoice, before it is sent, and the record that corrects it."""

    _name = "account.move"
    _inherit = "account.move"

    cfdi_problems = fields.Json(
        compute="_compute_cfdi_problems",
        help="List of what the SAT would refuse, or doubt: code, severity, text, remedy, and the record to correct.",
    )
    has_cfdi_errors = fields.Boolean(compute="_compute_cfdi_problems")
    cfdi_alerts = fields.Json(
        compute="_compute_cfdi_alerts",
        help="The problems as the form shows them, with a link to the record to correct.",
    )

    @api.depends_context("lang")
    @api.depends("state", "cfdi_state", "cfdi_document_id.problems", "invoice_line_ids", "partner_id", "amount_total")
    def _compute_cfdi_problems(self):
        for move in self:
            problems = move._get_cfdi_problems() if move.is_cfdi and move.id else []
            move.cfdi_problems = problems
            move.has_cfdi_errors = any(problem["severity"] == rules.ERROR for problem in problems)

    @api.depends("cfdi_problems")
    def _compute_cfdi_alerts(self):
        for move in self:
            move.cfdi_alerts = {
                f"cfdi_{number}": move._get_cfdi_alert(problem)
                for number, problem in enumerate(move.cfdi_problems or ())
            }

    def _get_cfdi_alert(self, problem):
        is_error = problem["severity"] == rules.ERROR
        alert = {
            "level": "danger" if is_error else "warning",
            "message": f"{problem['code']}  {problem['text']} {problem['remedy']}",
        }
        if problem.get("model") in (None, self._name):
            return alert
        return alert | {
            "action_text": problem.get("record_name") or self.env._("Correct it"),
            "action": {
                "type": "ir.actions.act_window",
                "res_model": problem["model"],
                "res_id": problem["res_id"],
                "view_mode": "form",
                "views": [[False, "form"]],
                "target": "current",
            },
        }

    def _get_cfdi_problems(self):
        """Return what is wrong with the CFDI that this invoice has or would get.

        Once sealed, what was found then. Before, and after a rejection, what the rules find now and what the PAC said.
        """
        self.ensure_one()
        document = self.cfdi_document_id
        if document.state in _SETTLED:
            return list(document.problems or ())
        if self.state == "cancel" or not self.invoice_line_ids:
            return []
        told = [problem for problem in document.problems or () if "path" not in problem]
        found = self._check_cfdi()
        codes = {problem["code"] for problem in found if problem["severity"] == rules.ERROR}
        return found + [self._add_cfdi_target(dict(problem)) for problem in told if problem["code"] not in codes]

    def _check_cfdi(self):
        """Compose the CFDI as it would be now and run the SAT's rules over it.

        :return: list of dicts with code, severity, field, text, remedy and, where a record helps, model and res_id
        """
        self.ensure_one()
        language = language_of(self.env)
        try:
            comprobante = self._get_cfdi_comprobante(self._get_cfdi_fecha())
        except CfdiError as error:
            record = getattr(error, "record", None) or self
            problem = {"field": "", **error.as_dict(language)}
            return [problem | _target(record), *self._check_cfdi_partner()]
        return [self._as_cfdi_problem(failure, language) for failure in rules.check(comprobante)]

    def _get_cfdi_fecha(self):
        """Return the Fecha that a seal would state now, by the clock of the place of issue.

        Where the SAT's catalogue does not have that place, which a rule says (CFDI40126), by the company's clock.
        """
        place = self.journal_id._get_cfdi_place()
        if catalogs.time_zone(place):
            now = self.company_id._get_cfdi_now(place)
        else:
            now = self.company_id._to_local(fields.Datetime.now()).replace(tzinfo=None, microsecond=0)
        return fecha_of(self.invoice_date or now.date(), now)

    def _check_cfdi_partner(self):
        partner = self._get_cfdi_receptor()
        return [problem | _target(partner) for problem in partner._check_cfdi_receptor()]

    def _as_cfdi_problem(self, failure, language):
        return self._add_cfdi_target(failure.as_dict(language), failure.rule.scope)

    def _add_cfdi_target(self, problem, scope=None):
        """Add to a problem which record corrects it, and which field of this invoice when it is one of them."""
        field, path = problem.get("field") or "", problem.get("path") or ""
        record = self
        if field == "UsoCFDI" and self.cfdi_use:
            problem["move_field"] = "cfdi_use"
        elif scope is Scope.RECEPTOR or "Receptor" in field or problem["code"] in _OF_RECEPTOR:
            record = self._get_cfdi_receptor()
        elif "Emisor" in field or field == "RegimenFiscal":
            record = self.company_id
        elif field == "LugarExpedicion":
            record = self.journal_id if self.journal_id.cfdi_zip else self.company_id
        elif path.startswith("Concepto["):
            record = self._get_cfdi_concept_target(field, path)
        elif field in _OF_MOVE:
            problem["move_field"] = _OF_MOVE[field]
        return problem | _target(record)

    def _get_cfdi_concept_target(self, field, path):
        """Return the record that corrects a concept: its product, its unit, or this invoice."""
        number = int(path.split("[")[1].split("]")[0])
        lines, _local_taxes = self._get_cfdi_lines()
        line = amounts_of_invoice(lines, self.currency_id.decimal_places).concepts[number - 1].reference
        if field == "ClaveProdServ":
            return line.product_id.product_tmpl_id or self.company_id
        if field == "ClaveUnidad" and line.product_uom_id:
            return line.product_uom_id
        return self


def _target(record):
    return {"model": record._name, "res_id": record.id, "record_name": record.display_name}
