import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq

from odoo.addons.vigor_guard.domain.numbers import read_id

LIFETIME_MINUTES = 15
KEPT_DAYS = 7


class GymConsentTablet(models.Model):
    """One person signing once on the tablet of the desk, without an account.

    The front desk opens it; who has its URL may read and sign the documents of one member for 15 minutes, until
    the last one is signed or refused. Only the hash of the token is kept.
    """

    _name = "gym.consent.tablet"
    _description = "Signing on a Tablet"
    _order = "id desc"

    member_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="member_id.company_id", store=True, index=True)
    signer_partner_id = fields.Many2one("res.partner", required=True, readonly=True, ondelete="restrict")
    opened_by_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="restrict")
    token_hash = fields.Char(required=True, readonly=True, groups=fields.NO_ACCESS)
    expires_at = fields.Datetime(required=True, readonly=True)
    closed_at = fields.Datetime(readonly=True)
    document_ids = fields.Many2many("gym.consent.document", string="Still to Ask", readonly=True)
    document_count = fields.Integer(readonly=True, help="How many documents were to be asked for at the start.")

    @api.model
    def _open(self, member):
        """Return the path of the page where ``member``, or who signs for them, signs what is pending.

        The caller has checked that the user may see the member. What was opened before for the member is closed.

        :raise UserError: when nothing is pending or nobody may sign yet
        """
        signer = member.sudo().guardian_id if member.is_minor else member.sudo().partner_id
        pending = member._get_pending_consents()[member.id]
        documents = pending.filtered(lambda document: member._may_sign_consent(document.purpose, signer))
        if not signer:
            member._check_consent_signer(pending[:1].purpose, signer)
        if not documents:
            raise UserError(self.env._("%(member)s has nothing left to sign here.", member=member.name))
        tablets_sudo = self.sudo()
        tablets_sudo.search([("member_id", "=", member.id), ("closed_at", "=", False)])._close()
        secret = secrets.token_urlsafe(32)
        tablet = tablets_sudo.create(
            {
                "member_id": member.id,
                "signer_partner_id": signer.id,
                "opened_by_id": self.env.uid,
                "token_hash": self._hash(secret),
                "expires_at": fields.Datetime.now() + timedelta(minutes=LIFETIME_MINUTES),
                "document_ids": documents.ids,
                "document_count": len(documents),
            }
        )
        return f"/gym/kiosk/sign/{tablet.id}.{secret}"

    @api.model
    def _find(self, token):
        """Return, in sudo, what ``token`` opens now; empty when it is wrong, too old or used up."""
        number, _dot, secret = token.partition(".")
        tablet = self.sudo().browse(read_id(number)).exists()
        # compared even when there is nothing to compare with, so that time tells nothing
        known = consteq(tablet.token_hash or "", self._hash(secret))
        is_open = known and not tablet.closed_at and tablet.expires_at > fields.Datetime.now()
        return tablet if is_open else tablet.browse()

    @api.model
    def _hash(self, secret):
        return hashlib.sha256(secret.encode()).hexdigest()

    def _get_document(self, document_id):
        """Return the document still to ask for that has this id, else an empty recordset."""
        self.ensure_one()
        return self.document_ids.filtered(lambda document: document.id == document_id)

    def _sign(self, document, **evidence):
        """Record that the signer agrees to ``document`` in front of the person of the staff who opened this."""
        self.ensure_one()
        consents = self.env["gym.consent"].with_user(self.opened_by_id).sudo()
        consents._record(
            [
                {
                    "member": self.member_id,
                    "document": document,
                    "method": "kiosk",
                    "signer": self.signer_partner_id,
                    **evidence,
                }
            ]
        )
        self._done_with(document)

    def _refuse(self, document):
        """Go on without ``document``; nobody is asked twice in one sitting.

        :raise UserError: when one cannot train without it
        """
        self.ensure_one()
        if document.is_required:
            raise UserError(
                self.env._(
                    "“%(document)s” is needed to train here. Ask at the desk if in doubt.", document=document.name
                )
            )
        self._done_with(document)

    def _done_with(self, document):
        self.document_ids -= document
        if not self.document_ids:
            self._close()

    def _close(self):
        self.write({"closed_at": fields.Datetime.now()})

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        self.sudo().search([("expires_at", "<", limit)], limit=10000).unlink()
