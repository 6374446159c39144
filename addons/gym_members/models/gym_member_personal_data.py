import base64

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import html2plaintext

# What happens to each stored field about a person when their data go. A structural test makes sure that every field of
# the member and the contact is here or known not to be about the person.
ERASE, KEEP = "erase", "keep"

MEMBER_FIELDS = {
    "member_number": KEEP,  # says nothing without the name; statistics and invoices refer to it
    "location_id": KEEP,
    "stage": KEEP,
    "date_joined": KEEP,
    "date_left": KEEP,
    "gender": KEEP,
    "source_id": KEEP,
    "medium_id": KEEP,
    "campaign_id": KEEP,
    "birthdate": ERASE,
    "curp": ERASE,
    "guardian_id": ERASE,
    "payer_id": ERASE,
    "emergency_name": ERASE,
    "emergency_phone": ERASE,
    "emergency_relation": ERASE,
    "preferred_channel": ERASE,
    "import_key": ERASE,
}
CONTACT_FIELDS = {
    "name": ERASE,
    "email": ERASE,
    "phone": ERASE,
    "vat": ERASE,
    "street": ERASE,
    "street2": ERASE,
    "zip": ERASE,
    "city": ERASE,
    "state_id": ERASE,
    "country_id": KEEP,
    "lang": KEEP,
    "tz": KEEP,
    "gym_branch_ids": KEEP,
    "parent_id": KEEP,  # an employer; changing it would move what was invoiced
    "function": ERASE,
    "company_name": ERASE,
    "company_registry": ERASE,
    "industry_id": ERASE,
    "category_id": ERASE,
    "comment": ERASE,
    "ref": ERASE,
    "barcode": ERASE,
    "website": ERASE,
    "partner_latitude": ERASE,
    "partner_longitude": ERASE,
    "properties": ERASE,
    "image_1920": ERASE,
}
_CONSENT_FIELDS = (
    *("occurred_at", "kind", "purpose", "document_id", "document_version", "content_hash", "method", "date_expiry"),
    *("signer_name", "ip_address", "user_agent", "signature", "scan"),
)


class GymMember(models.Model):
    """Everything the gym knows about a person, gathered for the person."""

    _inherit = "gym.member"

    @api.model
    def _get_personal_fields(self):
        """Return for ``gym.member`` and ``res.partner`` which fields are about the person and whether they go or stay.

        Hook: an addon that adds a field about the person adds it here; the export and the anonymisation follow.
        """
        return {"gym.member": dict(MEMBER_FIELDS), "res.partner": dict(CONTACT_FIELDS)}

    def _get_personal_data(self):
        """Return all that is stored about one person, for a copy to that person; health notes are apart.

        Called in sudo, once the person's identity is verified. Hook: every addon that holds something about members
        extends it with sections of its own, reads members by :meth:`_get_merged_ids`, and keeps what super gave.

        :return: dict of section to list of rows, as ``domain.personal_export.build_archive`` takes them
        """
        self.ensure_one()
        people = self.with_context(active_test=False).browse(self._get_merged_ids())
        contacts = people.partner_id | people.partner_id.child_ids
        names = self._get_personal_fields()
        return {
            "member": [self._export_row(member, names["gym.member"]) for member in people],
            "contact": [self._export_row(contact, names["res.partner"]) for contact in contacts],
            "bank_accounts": [
                {"acc_number": bank.acc_number, "bank": bank.bank_name or "", "holder": bank.acc_holder_name or ""}
                for bank in contacts.bank_ids
            ],
            "consents": [
                self._export_row(consent, _CONSENT_FIELDS)
                for consent in self.env["gym.consent"].search([("member_id", "in", people.ids)], order="id")
            ],
            "events": [
                {"occurred_at": self._to_plain(event.occurred_at), "type": event.type, "what": event.title}
                for event in self.env["gym.event"].search([("member_id", "in", people.ids)], order="id")
            ],
            "imports": [
                {"file": line.import_id.name, "line": line.line_number} | (line.raw or {})
                for line in self.env["gym.member.import.line"].search([("member_id", "in", people.ids)])
            ],
            "household": self._get_household_rows(people),
            "accounts": [
                {
                    "login": user.login,
                    "last_login": self._to_plain(user.login_date),
                    "address_before": user.gym_address_before or "",
                }
                for user in people._get_accounts()
            ],
            "messages": [self._message_row(message) for message in self._get_personal_messages(people)],
            "documents": [
                {
                    "name": file.name,
                    "mimetype": file.mimetype,
                    "date": self._to_plain(file.create_date),
                    "file": file.raw,
                }
                for file in self._get_personal_attachments(people)
                if file.type == "binary"
            ],
            "privacy_requests": [
                self._export_row(request, ("name", "kind", "state", "date_received", "description", "answer_text"))
                for request in self.env["gym.privacy.request"].search([("member_id", "in", people.ids)])
            ],
        }

    def _get_sensitive_personal_data(self):
        """Return what is sensitive by law, in the shape of :meth:`_get_personal_data`.

        The person gets it only when they ask for it, in a file that only staff with the right to health notes can make
        and open. Hook, like the other one.
        """
        self.ensure_one()
        people = self.with_context(active_test=False).browse(self._get_merged_ids())
        notes = [member._vault_read("health_notes_encrypted") for member in people]
        return {"health": [{"notes": note} for note in notes if note]}

    def _get_household_rows(self, people):
        relations = [("pays for", people.partner_id.gym_dependant_ids), ("is paid with", people.household_ids)]
        wards = self.search([("guardian_id", "in", people.partner_id.ids)])
        return [
            {"relation": relation, "name": member.name}
            for relation, members in [*relations, ("is guardian of", wards)]
            for member in members - people
        ]

    def _get_personal_messages(self, people):
        """Return what was written about, to or by these members, oldest first."""
        partners = people.partner_id
        return self.env["mail.message"].search(
            (Domain("model", "=", "gym.member") & Domain("res_id", "in", people.ids))
            | (Domain("model", "=", "res.partner") & Domain("res_id", "in", partners.ids))
            | Domain("author_id", "in", partners.ids)
            | Domain("partner_ids", "in", partners.ids)
            | Domain("notified_partner_ids", "in", partners.ids),
            order="date, id",
        )

    def _message_row(self, message):
        return {
            "date": self._to_plain(message.date),
            "kind": message.message_type,
            "from": message.email_from or message.author_id.name or "",
            "subject": message.subject or "",
            "body": html2plaintext(message.body or ""),
        }

    def _get_personal_attachments(self, people):
        """Return the files kept with these members and their contacts, photos of fields apart."""
        return self.env["ir.attachment"].search(
            (Domain("res_model", "=", "gym.member") & Domain("res_id", "in", people.ids))
            | (Domain("res_model", "=", "res.partner") & Domain("res_id", "in", people.partner_id.ids))
        )

    @api.model
    def _export_row(self, record, names):
        """Return the ``names`` fields of ``record`` as plain values."""
        return {name: self._to_plain(record[name]) for name in names}

    @api.model
    def _to_plain(self, value):
        """Return a field's value as what JSON and CSV can hold; dates in ISO, instants in UTC."""
        if isinstance(value, models.BaseModel):
            names = [name or "" for name in value.mapped("display_name")]
            return names if len(names) > 1 else "".join(names)
        if hasattr(value, "isoformat"):
            return value.isoformat()
        if isinstance(value, bytes):
            return base64.b64decode(value)
        if value is False or value is None:
            return ""
        return value if isinstance(value, int | float) else str(value)
