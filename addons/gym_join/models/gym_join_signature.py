from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.gym_members.domain import consent as rules

EVIDENCE = ("signature", "signer_name", "ip_address", "user_agent")


class GymJoinSignature(models.Model):
    """The answer of somebody who joins to one document, until it becomes a consent of the member that they will be."""

    _name = "gym.join.signature"
    _description = "Answer to a Document While Joining"

    join_id = fields.Many2one("gym.join", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="join_id.company_id", store=True, index=True)
    location_id = fields.Many2one(related="join_id.location_id", store=True, index=True)
    document_id = fields.Many2one("gym.consent.document", required=True, readonly=True, index=True, ondelete="cascade")
    is_agreed = fields.Boolean(readonly=True)
    occurred_at = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    signature = fields.Binary(attachment=False, readonly=True, groups=fields.NO_ACCESS)
    signer_name = fields.Char(readonly=True)
    ip_address = fields.Char(readonly=True, groups=fields.NO_ACCESS)
    user_agent = fields.Char(readonly=True, groups=fields.NO_ACCESS)

    _once = models.UniqueIndex("(join_id, document_id)", "This document has been answered already.")


class GymJoin(models.Model):
    """The documents of signing up: asked for in one page of ticks and one of signing."""

    _inherit = "gym.join"

    def _get_documents(self):
        """Return the documents in force that joining asks for, in asking order.

        Those required, the one about automatic charges when a card can be kept and the plan goes on by itself, and what
        is voluntary and needs but a tick. Health, a drawn signature that nobody needs today, is asked in the portal.
        """
        self.ensure_one()
        documents = self.env["gym.consent.document"].sudo()
        in_force = documents._get_in_force(self.company_id.ids, self.location_id._today())
        may_charge = self._may_keep_card()
        return in_force.filtered(
            lambda document: document.is_required
            or (document.purpose == rules.RECURRING_CHARGE and may_charge)
            or (document.purpose in documents._get_optional_purposes() and not document.is_signature_required)
        )

    def _may_keep_card(self):
        """Tell whether there is anything to charge automatically later and a provider that can."""
        self.ensure_one()
        goes_on = self.plan_id.is_auto_renewing and not self._is_trial_ending()
        return goes_on and bool(self.env["payment.provider"]._get_gym_card_providers(self.company_id))

    def _is_trial_ending(self):
        return bool(self.plan_id.trial_days and self.plan_id.trial_outcome == "end")

    def _is_needed(self, document):
        """Tell whether nobody can join without ``document``: also the consent to charges when a trial needs a card."""
        self.ensure_one()
        return document.is_required or (document.purpose == rules.RECURRING_CHARGE and self._is_card_needed())

    def _is_card_needed(self):
        """Tell whether the plan's trial is only given to people who leave a card."""
        return bool(
            self.plan_id.trial_days
            and self.plan_id.is_trial_card_required
            and self._may_keep_card()
            and self._get_offer()["is_trial"]
        )

    def _get_answers(self):
        """Return the answers to the present versions of the documents, by document."""
        self.ensure_one()
        return self.signature_ids.grouped("document_id")

    def _get_documents_left(self):
        """Return the documents still to be answered, or that were refused and are needed."""
        answers = self._get_answers()
        return self._get_documents().filtered(
            lambda document: document not in answers
            or (self._is_needed(document) and not answers[document].is_agreed)
            or (document.is_signature_required and answers[document].is_agreed and not answers[document].signature)
        )

    def _is_charge_agreed(self):
        """Tell whether this person agreed to automatic charges."""
        self.ensure_one()
        answers = self.signature_ids.filtered("is_agreed").document_id
        return rules.RECURRING_CHARGE in answers.mapped("purpose") and self._may_keep_card()

    def _tick(self, agreed, **trace):
        """Record the page of ticks.

        :param agreed: the documents with a tick, of those that need no drawn signature
        :raise UserError: naming what is needed and was not ticked; then nothing is recorded
        """
        self.ensure_one()
        asked = self._get_documents().filtered(lambda document: not document.is_signature_required)
        if missing := asked.filtered(lambda document: self._is_needed(document) and document not in agreed):
            names = ", ".join(missing.mapped("name"))
            raise UserError(self.env._("To go on, read and accept: %(documents)s.", documents=names))
        self._answer({document: {"is_agreed": document in agreed} | trace for document in asked})

    def _draw(self, name, signature, **trace):
        """Record the drawn signature under every document that needs one.

        :param str signature: base64 of a PNG on which something was drawn, or ``None``
        :raise UserError: when nothing was drawn
        """
        self.ensure_one()
        asked = self._get_documents().filtered("is_signature_required")
        if not signature:
            raise UserError(self.env._("Draw your signature in the box."))
        evidence = {"is_agreed": True, "signature": signature, "signer_name": (name or "").strip()[:128]}
        self._answer({document: evidence | trace for document in asked})

    def _answer(self, answers):
        """Replace the answers to these documents."""
        known = self._get_answers()
        self._edit(
            signature_ids=[
                *(Command.delete(known[document].id) for document in answers if document in known),
                *(Command.create({"document_id": document.id} | values) for document, values in answers.items()),
            ]
        )

    def _record_consents(self, member):
        """Turn what was agreed to into consents of ``member``, each with the instant and evidence of its signing.

        :return: the consents
        """
        self.ensure_one()
        entries = []
        for answer in self.signature_ids.filtered("is_agreed"):
            evidence = {name: answer[name] for name in EVIDENCE if answer[name]}
            signer = member._get_consent_signers(answer.document_id.purpose)[:1]
            entries.append(
                {
                    "member": member,
                    "document": answer.document_id,
                    "method": "online",
                    "signer": signer,
                    "occurred_at": answer.occurred_at,
                }
                | evidence
            )
        return self.env["gym.consent"]._record(entries)
