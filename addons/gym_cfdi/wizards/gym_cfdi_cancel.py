from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..domain import cancellation_rules
from ..domain.cancellation_rules import Exemption
from ..domain.document_state import LIVE
from ..models.gym_cfdi_document_cancel import SUBSTITUTION

# CFF 81 XLVI and 82 XLII, of the amount of each CFDI
FINE = "5-10 %"


class GymCfdiCancel(models.TransientModel):
    """Says what cancelling these CFDI takes, who must agree and until when, before the SAT is asked."""

    _name = "gym.cfdi.cancel"
    _description = "Cancel CFDI"

    document_ids = fields.Many2many("gym.cfdi.document", string="CFDI", required=True, readonly=True)
    company_id = fields.Many2one("res.company", compute="_compute_company_id")
    is_single = fields.Boolean(compute="_compute_company_id")
    motive = fields.Selection(
        selection=lambda self: self.env["gym.cfdi.document"]._fields["cancel_motive"]._description_selection(self.env),
        required=True,
        default="02",
    )
    motive_text = fields.Text(string="When to Use It", compute="_compute_motive_text")
    substitute_id = fields.Many2one(
        "gym.cfdi.document",
        string="Replaced by",
        compute="_compute_substitute_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', candidate_ids)]",
        help="The CFDI that was issued in its place, with relation 04, and stamped.",
    )
    candidate_ids = fields.Many2many("gym.cfdi.document", compute="_compute_candidate_ids")
    blocking_ids = fields.Many2many("gym.cfdi.document", string="Cancel First", compute="_compute_blocking_ids")
    has_entry = fields.Boolean(compute="_compute_company_id")
    cancel_entry = fields.Boolean(
        string="Cancel the Invoice Too",
        compute="_compute_cancel_entry",
        store=True,
        readonly=False,
        help="Cancels the invoice in the books when the SAT has cancelled its CFDI. Otherwise it stays as it is, and "
        "you may then correct it, cancel it or reverse it.",
    )
    acceptance_text = fields.Text(string="Acceptance", compute="_compute_acceptance_text")
    deadline_text = fields.Text(string="Deadline", compute="_compute_deadline_text")
    is_late = fields.Boolean(compute="_compute_deadline_text")
    problem_text = fields.Text(string="Before Asking", compute="_compute_problem_text")

    @api.depends("document_ids")
    def _compute_company_id(self):
        for wizard in self:
            wizard.company_id = wizard.document_ids.company_id[:1]
            wizard.is_single = len(wizard.document_ids) == 1
            wizard.has_entry = bool(wizard.document_ids.move_id)

    @api.depends("motive")
    def _compute_motive_text(self):
        _ = self.env._
        texts = {
            "01": _(
                "Some data are wrong, and another CFDI takes its place. First issue and stamp the new one with "
                "relation 04 (substitution of previous CFDI), then cancel this one."
            ),
            "02": _("Some data are wrong, and no other CFDI takes its place: it was issued twice, for instance."),
            "03": _("The sale or the service did not take place."),
            "04": _(
                "For a global invoice only: a customer asks for an invoice in their name. Cancel the global one, issue "
                "it again without that operation, and invoice the customer."
            ),
        }
        for wizard in self:
            wizard.motive_text = texts.get(wizard.motive)

    @api.depends("document_ids")
    def _compute_candidate_ids(self):
        for wizard in self:
            wizard.candidate_ids = self.env["gym.cfdi.document"].search(
                [
                    ("related_ids", "in", wizard.document_ids._origin.ids),
                    ("relation_type", "=", SUBSTITUTION),
                    ("state", "in", tuple(LIVE)),
                ]
            )

    @api.depends("motive", "candidate_ids")
    def _compute_substitute_id(self):
        for wizard in self:
            is_chosen = wizard.motive == "01" and wizard.is_single
            wizard.substitute_id = (wizard.substitute_id or wizard.candidate_ids[:1]) if is_chosen else False

    @api.depends("motive", "substitute_id")
    def _compute_cancel_entry(self):
        """What did not take place leaves the books too; so does what another invoice replaces."""
        for wizard in self:
            replacing = wizard.substitute_id.move_id
            is_replaced = bool(replacing) and replacing not in wizard.document_ids.move_id
            wizard.cancel_entry = wizard.has_entry and (wizard.motive == "03" or is_replaced)

    @api.depends("document_ids")
    def _compute_blocking_ids(self):
        for wizard in self:
            wizard.blocking_ids = wizard.document_ids._origin._get_blocking_documents()

    @api.depends("document_ids")
    def _compute_acceptance_text(self):
        for wizard in self:
            lines = [wizard._get_acceptance_line(document) for document in wizard.document_ids._origin]
            wizard.acceptance_text = "\n".join(dict.fromkeys(lines))

    def _get_acceptance_line(self, document):
        today = document._get_local_today()
        reason = cancellation_rules.exemption(document._get_cancellation_case(), today)
        if reason is None:
            due = format_date(self.env, cancellation_rules.answer_due(today))
            return self.env._(
                "The receptor must accept, until %(due)s; silence is consent. Let them know before you ask.", due=due
            )
        return self.env._("The receptor is not asked: %(reason)s", reason=self._get_exemption_texts()[reason])

    def _get_exemption_texts(self):
        _ = self.env._
        return {
            Exemption.AMOUNT: _("its total is 1,000 pesos or less."),
            Exemption.EGRESO: _("it is a credit note."),
            Exemption.TRASLADO: _("it is a transport document."),
            Exemption.PAYROLL: _("it is payroll."),
            Exemption.PUBLIC: _("it is for the general public."),
            Exemption.FOREIGN: _("it is for a resident abroad."),
            Exemption.RECENT: _("it was issued today or on the last working day."),
        }

    @api.depends("document_ids")
    def _compute_deadline_text(self):
        for wizard in self:
            lines, is_late = [], False
            for document in wizard.document_ids._origin:
                case = document._get_cancellation_case()
                last = cancellation_rules.deadline(case)
                late = document._get_local_today() > last
                is_late |= late
                is_monthly = cancellation_rules.ends_with_its_month(case)
                lines.append(wizard._get_deadline_line(format_date(self.env, last), late, is_monthly))
            wizard.deadline_text = "\n".join(dict.fromkeys(lines))
            wizard.is_late = is_late

    def _get_deadline_line(self, last, late, is_monthly):
        if is_monthly:
            return self._get_monthly_line(last, late)
        if late:
            return self.env._(
                "Its time ended on %(last)s, the month of the annual return (CFF 29-A). The SAT may refuse, and fines "
                "%(fine)s of its amount. Speak with your accountant first.",
                last=last,
                fine=FINE,
            )
        return self.env._("It may be cancelled until %(last)s (CFF 29-A).", last=last)

    def _get_monthly_line(self, last, late):
        if late:
            return self.env._(
                "Its time ended on %(last)s: a person in RESICO may cancel a global invoice in its own month only "
                "(LISR 113-G, RMF 2.7.1.47). The SAT refuses later requests (211). Take a sale out of it by a "
                "credit note, and speak with your accountant.",
                last=last,
            )
        return self.env._(
            "It may be cancelled until %(last)s only: a global invoice of a person in RESICO (LISR 113-G, RMF "
            "2.7.1.47).",
            last=last,
        )

    @api.depends("document_ids", "motive", "substitute_id")
    def _compute_problem_text(self):
        for wizard in self:
            texts = [
                document._get_cancellation_obstacles(wizard.motive or "02", wizard.substitute_id._origin)
                for document in wizard.document_ids._origin
            ]
            wizard.problem_text = "\n".join(filter(None, texts)) or False

    def action_request(self):
        """Ask the SAT to cancel; refused when something stands in the way."""
        self.ensure_one()
        self.document_ids._check_may_cancel()
        if not self.document_ids:
            raise UserError(self.env._("Choose at least one CFDI."))
        self.document_ids._request_cancellation(self.motive, self.substitute_id, self.cancel_entry)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "title": self.env._("The SAT is being asked"),
                "message": self.env._("A request is not a cancellation yet: the document shows what the SAT answers."),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    def action_open_blocking(self):
        """Open the CFDI that must be cancelled first."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_cfdi.gym_cfdi_document_action")
        return {**action, "domain": [("id", "in", self.blocking_ids.ids)]}
