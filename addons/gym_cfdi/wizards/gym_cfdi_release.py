import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime


class GymCfdiRelease(models.TransientModel):
    """Says what is known of a CFDI whose provider does not answer, and takes a person's decision about it."""

    _name = "gym.cfdi.release"
    _description = "CFDI without an Answer"

    document_id = fields.Many2one("gym.cfdi.document", "CFDI", required=True, readonly=True)
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    known_text = fields.Text("What Is Known", compute="_compute_known_text")
    is_early = fields.Boolean(compute="_compute_known_text")
    way = fields.Selection(
        [
            ("keep", "It was stamped, and here is its XML"),
            ("release", "The provider will never answer: give it another date and another seal"),
        ],
        "What to Do",
        required=True,
        default="keep",
    )
    xml = fields.Binary(
        "Stamped XML", attachment=False, help="From the provider or from the SAT's portal, as it was downloaded."
    )
    uuid = fields.Char(
        "Folio Fiscal Found", size=36, help="Of a CFDI in the SAT's portal that may be this one; the SAT is asked."
    )
    reason = fields.Text(help="Why the provider will not answer any more. It is kept with your name.")

    @api.depends("document_id")
    def _compute_known_text(self):
        for wizard in self:
            document = wizard.document_id
            wizard.is_early = fields.Datetime.now() < document._get_release_time() if document else False
            wizard.known_text = wizard._get_known_text() if document else False

    def _get_known_text(self):
        document, _ = self.document_id, self.env._
        last = document.attempt_ids.filtered(lambda attempt: attempt.operation in ("stamp", "recover"))[:1]
        lines = [
            _(
                "It was handed to %(pac)s on %(time)s, and whether it was stamped is not known.",
                pac=document.pac_id.display_name,
                time=format_datetime(self.env, document.sent_at),
            )
        ]
        if last:
            lines.append(
                _(
                    "That provider was last called on %(time)s: %(answer)s",
                    time=format_datetime(self.env, last.started_at),
                    answer=" ".join(filter(None, (last.code, last.message))),
                )
            )
        uuids = ", ".join(document.sudo()._get_possible_uuids())
        lines.append(
            _("An answer of it held %(uuids)s: the SAT is asked about that first.", uuids=uuids)
            if uuids
            else _("No answer held a folio fiscal, so the SAT can only be asked about one that you find in its portal.")
        )
        released = format_datetime(self.env, document._get_release_time())
        lines.append(
            _("Until %(time)s it may still be stamped; before that it cannot be given up.", time=released)
            if self.is_early
            else _("Since %(time)s nobody can stamp this seal any more.", time=released)
        )
        return "\n".join(lines)

    def action_decide(self):
        """Do what was decided; refused while the SAT, or the clock, speaks against it."""
        self.ensure_one()
        self.check_access("write")
        document = self.document_id
        document._check_may_give_up()
        if self.way == "release":
            document._with_taken(lambda taken: taken._give_up_seal(self.reason, (self.uuid or "").strip() or None))
        elif not self.xml:
            raise UserError(self.env._("Choose the stamped XML first."))
        else:
            xml = base64.b64decode(self.xml)
            document._with_taken(lambda taken: taken._keep_stamp(xml))
        return {"type": "ir.actions.client", "tag": "soft_reload"}
