import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..domain import consent as rules


class GymMember(models.Model):
    _name = "gym.member"
    _inherit = ["gym.relation.guard", "gym.member"]

    consent_ids = fields.One2many("gym.consent", "member_id", string="Consents", readonly=True)
    consent_live_count = fields.Integer(compute="_compute_consent_status", string="Consents in Force")
    consent_status = fields.Html(
        compute="_compute_consent_status", sanitize=False, help="Where each purpose stands today."
    )
    is_consent_missing = fields.Boolean(compute="_compute_consent_status", string="Required Consent Missing")
    missing_consents = fields.Char(compute="_compute_consent_status")

    # === ACTIONS === #

    def action_open_consents(self):
        """Open what this member gave and took back, also before a merge."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_action")
        return action | {"domain": [("member_id", "in", self._get_merged_ids())]}

    def action_sign_on_tablet(self):
        """Show the address, as link and code, where this member signs on a tablet; it works once."""
        self.ensure_one()
        self.check_access("write")
        url = self.get_base_url() + self.env["gym.consent.tablet"]._open(self)
        code = self.env["ir.actions.report"].barcode("QR", url, width=300, height=300, barLevel="M")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Sign on Tablet"),
            "res_model": "gym.consent.tablet.link",
            "view_mode": "form",
            "target": "new",
            "context": {"default_url": url, "default_code": base64.b64encode(code).decode()},
        }

    def action_record_paper(self):
        """Open the form to record a consent signed on paper."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Signed on Paper"),
            "res_model": "gym.consent.paper",
            "view_mode": "form",
            "target": "new",
            "context": {"default_member_id": self.id},
        }

    # === STATUS === #

    @api.depends("consent_ids", "location_id", "birthdate", "guardian_id")
    def _compute_consent_status(self):
        live = self._fetch_live_consents()
        documents = self._get_consent_documents()
        for member in self:
            status = [member._describe_consent(document, live.get(member.id, {})) for document in documents[member.id]]
            missing = [line["name"] for line in status if line["required"] and not line["live"]]
            member.consent_status = self.env["ir.qweb"]._render(
                "gym_members.consent_status", {"lines": status}, raise_if_not_found=False
            )
            member.consent_live_count = sum(line["live"] for line in status)
            member.is_consent_missing = bool(missing)
            member.missing_consents = ", ".join(missing)

    def _describe_consent(self, document, live):
        self.ensure_one()
        return {
            "document_id": document.id,
            "purpose": document.purpose,
            "name": document.name,
            "version": document.version,
            "required": document.is_required,
            "live": bool(live.get(document.purpose)),
        }

    def _get_consent_documents(self):
        """Return the documents in force for each member, in asking order, by member id.

        "In force" is judged on the civil day of each member's branch.
        """
        result = {}
        groups = self.grouped(
            lambda member: (member.company_id.id, member.location_id._today()) if member.location_id else None
        )
        documents = self.env["gym.consent.document"].sudo()
        for key, members in groups.items():
            in_force = documents._get_in_force([key[0]], key[1]) if key else documents
            result |= dict.fromkeys(members.ids or [member.id for member in members], in_force)
        return result

    def _get_pending_consents(self):
        """Return the documents in force that each member has not agreed to, by member id."""
        live = self._fetch_live_consents()
        return {
            member_id: documents.filtered(
                lambda document, member_id=member_id: document.purpose not in live.get(member_id, {})
            )
            for member_id, documents in self._get_consent_documents().items()
        }

    def _get_portal_consents(self, partner):
        """Return what the portal shows ``partner`` about this member.

        The documents, in asking order, are the ones in force and, so that they can be taken back, those of consents
        still live whose document is no longer asked for; of both, what ``partner`` may sign.

        :return: list of dicts with ``document``, the live ``consent`` of ``partner`` if any, and ``is_given``: whether
            there is one at all, of whomever
        """
        self.ensure_one()
        in_force = self._get_consent_documents()[self.id]
        consents = self.env["gym.consent"].sudo()
        live = self._fetch_live_consents().get(self.id, {})
        own = {purpose: consents.browse(ids)._of_signer(partner)[:1] for purpose, ids in live.items()}
        kept = consents.union(*own.values()).document_id
        kept = kept.filtered(lambda document: document.purpose not in in_force.mapped("purpose"))
        return [
            {
                "document": document,
                "consent": own.get(document.purpose, consents),
                "is_given": document.purpose in live,
            }
            for document in in_force | kept
            if self._may_sign_consent(document.purpose, partner)
        ]

    # === QUESTIONS === #

    def _has_consent(self, purpose):
        """Tell whether this member's consent to ``purpose`` holds now.

        :param str purpose: of :meth:`gym.consent.document._get_purposes`
        """
        self.ensure_one()
        return bool(self._get_consented(purpose))

    def _get_consented(self, purpose):
        """Return those of these members whose consent to ``purpose`` holds now, with one query."""
        if purpose not in self.env["gym.consent.document"]._get_purposes():
            raise ValueError(f"no such purpose of consent: {purpose}")
        live = self._fetch_live_consents([purpose])
        return self.filtered(lambda member: member.id in live)

    def _get_marketable(self, channel):
        """Return those of these members who agreed to marketing through ``channel``.

        :param str channel: ``email``, ``whatsapp``, ``sms`` or ``phone``
        """
        return self._get_consented(f"marketing_{channel}")

    def _check_marketing(self, channel):
        """Refuse to go on unless every one of these members agreed to marketing through ``channel``.

        Whatever sends marketing calls this, or sends to :meth:`_get_marketable` only.

        :raise UserError: naming who did not agree
        """
        if refused := self - self._get_marketable(channel):
            purposes = self.env["gym.consent"]._fields["purpose"]._description_selection(self.env)
            raise UserError(
                self.env._(
                    "Nothing was sent: %(members)s did not agree to “%(purpose)s” or took it back. Leave them out, or "
                    "ask them to agree in the portal.",
                    members=", ".join(refused[:5].mapped("display_name")) + ("…" if len(refused) > 5 else ""),
                    purpose=dict(purposes)[f"marketing_{channel}"],
                )
            )

    def _fetch_live_consents(self, purposes=None):
        """Return the consents that hold now, newest version first, with one query; of all purposes by default.

        One holds when it was given to the member's present company, was not taken back, has not expired, and its
        version is not older than the last one in force that asks everybody again. What was given by a record since
        merged into the member counts; nothing counts for a member whose data are blocked.

        :return: dict of member id to dict of purpose to list of consent ids
        """
        result = {}
        if not self.ids:
            return result
        self.env["gym.member"].flush_model(["location_id", "company_id", "is_blocked", "merged_into_id"])
        self.env["gym.consent"].flush_model()
        self.env["gym.consent.document"].flush_model()
        for member_id, purpose, ids in self.env.execute_query(
            SQL(
                """
                SELECT p.going_on_id, c.purpose, array_agg(c.id ORDER BY c.document_version DESC, c.id DESC)
                  FROM (
                       SELECT id, id AS going_on_id FROM gym_member WHERE id = ANY(%(members)s)
                       UNION ALL
                       SELECT id, merged_into_id FROM gym_member WHERE merged_into_id = ANY(%(members)s)
                       ) p
                  JOIN gym_consent c ON c.member_id = p.id
                  JOIN gym_member m ON m.id = p.going_on_id AND m.company_id = c.company_id AND m.is_blocked IS NOT TRUE
                  JOIN gym_location l ON l.id = m.location_id
            CROSS JOIN LATERAL (SELECT (%(now)s AT TIME ZONE 'UTC' AT TIME ZONE l.tz)::date AS today) d
                 WHERE c.purpose = ANY(%(purposes)s)
                   AND c.kind = 'given'
                   AND (c.date_expiry IS NULL OR c.date_expiry > d.today)
                   AND NOT EXISTS (SELECT FROM gym_consent w WHERE w.withdraws_id = c.id)
                   AND NOT EXISTS (
                       SELECT FROM gym_consent_document n
                        WHERE n.company_id = c.company_id AND n.purpose = c.purpose AND n.version > c.document_version
                          AND n.is_material AND n.state != 'draft' AND n.date_effective <= d.today
                          AND (n.date_retired IS NULL OR n.date_retired > n.date_effective))
              GROUP BY p.going_on_id, c.purpose
                """,
                now=fields.Datetime.now(),
                members=list(self.ids),
                purposes=list(purposes or self.env["gym.consent.document"]._get_purposes()),
            )
        ):
            result.setdefault(member_id, {})[purpose] = ids
        return result

    # === WHO SIGNS === #

    def _get_consent_signers(self, purpose):
        """Return the contacts who may sign for this member about ``purpose``; empty when nobody can yet.

        Who is under age is signed for by the guardian. Charges are agreed to by their payer, also for an adult.
        """
        self.ensure_one()
        member = self.sudo()
        if purpose == rules.RECURRING_CHARGE and member.payer_id:
            return member.payer_id
        return member.guardian_id if member.is_minor else member.partner_id

    def _may_sign_consent(self, purpose, partner):
        """Tell whether ``partner`` may sign; for a company that pays, any of its contacts may."""
        signers = self._get_consent_signers(purpose)
        company = partner.sudo().commercial_partner_id
        return bool(signers) and (partner in signers or (company.is_company and company in signers))

    def _check_consent_signer(self, purpose, partner):
        """Refuse a signature of somebody who may not sign for this member.

        :raise UserError: with the reason and the remedy
        """
        self.ensure_one()
        if self._may_sign_consent(purpose, partner):
            return
        member = self.sudo()
        signers = self._get_consent_signers(purpose)
        if not signers:
            raise UserError(
                self.env._(
                    "%(member)s is under age and has no guardian, so nobody can sign. Set the guardian on the member's "
                    "form first.",
                    member=member.name,
                )
            )
        if member.is_minor and signers == member.guardian_id:
            raise UserError(
                self.env._(
                    "%(member)s is under age: %(guardian)s has to sign, as guardian.",
                    member=member.name,
                    guardian=signers.name,
                )
            )
        raise UserError(
            self.env._(
                "This has to be signed by %(signer)s, not by %(other)s.",
                signer=signers.name,
                other=partner.sudo().name or "?",
            )
        )

    # === WITHDRAWING === #

    def _withdraw_consent(self, purpose, method, signer=None, **trace):
        """Take back all that was agreed to about ``purpose`` for this member; the caller has checked the right to.

        :param signer: the contact who takes it back, of charges only their own; all of it when there is none
        :return: the withdrawals; empty when nothing was in force
        """
        self.ensure_one()
        ids = self._fetch_live_consents([purpose]).get(self.id, {}).get(purpose, [])
        consents = self.env["gym.consent"].browse(ids)
        if signer:
            consents = consents._of_signer(signer)
        return consents._withdraw(method, signer=signer, **trace)
