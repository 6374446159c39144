import base64
import hashlib

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import format_date, format_datetime

from ..domain import consent as rules
from ..domain.scan import is_scan
from .gated import without_defaults
from .gym_consent_document import PURPOSE_SELECTION

COPIES_FOLLOW = "gym_consent_copies_follow"  # in the context: another mail brings the copies of what is signed
EVIDENCE_GROUPS = "gym_members.group_gym_frontdesk"


class GymConsent(models.Model):
    """What a person agreed to or took back, with its evidence. Rows are only ever added.

    A withdrawal is a row of its own (``kind`` = ``withdrawn``, ``withdraws_id`` = what it takes back) and not a field
    set on the consent: it then carries the same evidence as the giving (who, when, how, from where), no row ever needs
    an update, and the guard in the database can refuse every UPDATE instead of judging some.

    Rows come from :meth:`_record` and :meth:`_withdraw` alone. No group may create, write or delete; the ORM refuses
    write and unlink even to the superuser, and a trigger refuses them to SQL. The one exception is
    :meth:`_erase_evidence`, for a person's right to cancellation: it empties what identifies and keeps what proves.
    """

    _name = "gym.consent"
    _description = "Consent"
    _order = "id desc"
    # no write_date to keep: a row is never written, and deleting an old user must not try to
    _log_access = False

    kind = fields.Selection([("given", "Given"), ("withdrawn", "Withdrawn")], required=True, readonly=True)
    member_id = fields.Many2one("gym.member", required=True, readonly=True, index=True, ondelete="restrict")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True, ondelete="restrict")
    purpose = fields.Selection(PURPOSE_SELECTION, required=True, readonly=True)
    document_id = fields.Many2one(
        "gym.consent.document", required=True, readonly=True, index=True, ondelete="restrict", string="Document"
    )
    document_version = fields.Integer(string="Version", required=True, readonly=True, aggregator=None)
    content_hash = fields.Char(string="SHA-256 of the Text", required=True, readonly=True)
    withdraws_id = fields.Many2one("gym.consent", string="Takes Back", readonly=True, ondelete="restrict")
    withdrawal_ids = fields.One2many("gym.consent", "withdraws_id", string="Taken Back By")
    occurred_at = fields.Datetime(string="When", required=True, readonly=True)
    date_expiry = fields.Date(
        string="Until", readonly=True, help="First day on which it no longer holds; empty: until it is withdrawn."
    )
    method = fields.Selection(
        [
            ("portal", "Portal"),
            ("online", "Joining online"),
            ("kiosk", "Tablet"),
            ("paper", "Paper"),
            ("import", "Import"),
            ("staff", "Asked of the staff"),
        ],
        required=True,
        readonly=True,
    )
    signer_partner_id = fields.Many2one("res.partner", string="Signed By", readonly=True, ondelete="restrict")
    signer_name = fields.Char(string="Name as Signed", readonly=True)
    recorded_by_id = fields.Many2one("res.users", readonly=True, required=True, ondelete="restrict")
    ip_address = fields.Char(string="IP Address", readonly=True, groups=EVIDENCE_GROUPS)
    user_agent = fields.Char(readonly=True, groups=EVIDENCE_GROUPS)
    signature = fields.Binary(attachment=False, readonly=True, groups=EVIDENCE_GROUPS, exportable=False)
    scan_hash = fields.Char(string="SHA-256 of the Scan", readonly=True, groups=EVIDENCE_GROUPS)
    scan = fields.Binary(string="Scan of the Paper", readonly=True, groups=EVIDENCE_GROUPS, exportable=False)
    scan_filename = fields.Char(readonly=True, groups=EVIDENCE_GROUPS)
    copy_pdf = fields.Binary(string="PDF Copy", readonly=True, groups=EVIDENCE_GROUPS, exportable=False)
    copy_filename = fields.Char(compute="_compute_copy_filename")
    is_live = fields.Boolean(compute="_compute_is_live", help="It holds today.")
    withdrawn_at = fields.Datetime(compute="_compute_withdrawn_at")

    _taken_back_once = models.UniqueIndex(
        "(withdraws_id) WHERE withdraws_id IS NOT NULL", "This consent has already been withdrawn."
    )
    _live_lookup = models.Index("(member_id, purpose, document_version DESC) WHERE kind = 'given'")
    _withdrawal_names_what = models.Constraint(
        "CHECK ((kind = 'withdrawn') = (withdraws_id IS NOT NULL))", "A withdrawal says what it takes back."
    )

    def init(self):
        """Guard the rows against SQL too; runs again at every update."""
        self.env.cr.execute(_GUARD_SQL)

    # === COMPUTE === #

    @api.depends("withdrawal_ids", "date_expiry", "document_id.state")
    def _compute_is_live(self):
        members = self.member_id.sudo()
        live = (members | members.merged_into_id)._fetch_live_consents()
        live_ids = {consent_id for consents in live.values() for ids in consents.values() for consent_id in ids}
        for consent in self:
            consent.is_live = consent.id in live_ids

    @api.depends("withdrawal_ids.occurred_at")
    def _compute_withdrawn_at(self):
        for consent in self:
            consent.withdrawn_at = consent.withdrawal_ids[:1].occurred_at

    @api.depends("document_id", "member_id.member_number")
    def _compute_copy_filename(self):
        for consent in self:
            consent.copy_filename = f"{consent.document_id.display_name} {consent.member_id.member_number or ''}.pdf"

    @api.depends("member_id", "document_id")
    def _compute_display_name(self):
        for consent in self:
            consent.display_name = f"{consent.document_id.display_name}: {consent.member_id.name}"

    # === CRUD === #

    def write(self, vals):  # pylint: disable=method-required-super
        raise UserError(
            self.env._("A consent is evidence and does not change. Withdraw it, or record a new one, instead.")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A consent is evidence and is never deleted. Withdraw it instead."))

    # === ACTIONS === #

    def action_withdraw(self):
        """Record that the member asked the staff to take these consents back."""
        self.check_access("read")
        self.member_id.check_access("write")
        for consent in self.filtered(lambda consent: consent.kind == "given"):
            consent.member_id._withdraw_consent(consent.purpose, method="staff")

    def action_print_copy(self):
        """Download the copy of this consent."""
        self.ensure_one()
        self.check_access("read")
        return self.env.ref("gym_members.gym_consent_report").report_action(self)

    # === RECORDING === #

    @api.model
    def _record(self, entries):
        """Record that people consented, and send each signer a copy.

        The caller has checked that the user may act for the member. Giving again what the same person's consent holds
        live in the same version returns what there is, so a form sent twice leaves one row; what somebody else signed,
        such as an earlier payer, is not theirs.

        :param list entries: dicts with ``member`` and ``document`` (records), ``method``, and optionally ``signer``
            (partner; the member when absent), ``signer_name``, ``signature`` and ``scan`` (base64), ``ip_address``,
            ``user_agent``, ``occurred_at`` (naive UTC, for paper and imports) and ``date_expiry``
        :return: one live consent for each entry, in order
        :raise UserError: when the document is not in force for the member, the signer may not sign or evidence lacks
        """
        members = self.env["gym.member"].concat(*(entry["member"] for entry in entries))
        live = members._fetch_live_consents()
        vals_list, result = [], []
        for entry in entries:
            self._check_entry(**entry)
            ids = live.get(entry["member"].id, {}).get(entry["document"].purpose, ())
            key = (entry["document"], entry.get("signer") or entry["member"].partner_id)
            same = (
                self.browse(ids)
                .sudo()
                .filtered(lambda consent, key=key: (consent.document_id, consent.signer_partner_id) == key)
            )
            result.append(same[:1] or len(vals_list))
            if not same:
                vals_list.append(self._prepare_given_vals(**entry))
        created = without_defaults(self.sudo(), self._fields).create(vals_list)
        created._after_given()
        return (
            self.browse().concat(*(created[one] if isinstance(one, int) else one for one in result)).sudo(self.env.su)
        )

    @api.model
    def _check_entry(self, member, document, method, signer=None, signature=None, scan=None, occurred_at=None, **__):
        document = document.sudo()
        if document.company_id != member.company_id or document.state == "draft":
            raise UserError(
                self.env._(
                    "“%(document)s” is not a document that %(company)s asks its members to sign.",
                    document=document.display_name,
                    company=member.company_id.sudo().name,
                )
            )
        on_screen = method in ("portal", "kiosk")
        if on_screen and document not in document._get_in_force(member.company_id.ids, member.location_id._today()):
            raise UserError(
                self.env._(
                    "“%(document)s” is no longer the current text. Open the list again and sign the current one.",
                    document=document.display_name,
                )
            )
        if occurred_at and occurred_at > fields.Datetime.now():
            raise UserError(self.env._("A consent cannot have been given in the future. Check the date."))
        member._check_consent_signer(document.purpose, signer or member.partner_id)
        # who joins online signs before they are a member: what was in force then was checked then
        if (on_screen or method == "online") and document.is_signature_required and not signature:
            raise UserError(
                self.env._("“%(document)s” needs a drawn signature. Sign in the box.", document=document.name)
            )
        if method == "paper":
            self._check_paper(member, document, scan, occurred_at or fields.Datetime.now())

    @api.model
    def _check_paper(self, member, document, scan, occurred_at):
        """Check that the scan may be one, and that the paper was signed while its text was in force, not long ago."""
        if not scan:
            raise UserError(self.env._("Attach the scan of the signed paper: it is the evidence."))
        if not is_scan(base64.b64decode(scan)):
            raise UserError(
                self.env._(
                    "The scan is no readable PDF, JPEG or PNG of a page. Scan the signed paper, or take a photo of it, "
                    "and attach that file."
                )
            )
        location = member.location_id
        problem = rules.paper_problem(
            location._to_local(occurred_at).date(),
            document.date_effective,
            location._today(),
            self.env.su or self.env.user.has_group("gym_members.group_gym_manager"),
        )
        if problem:
            raise UserError(self._explain_paper_problem(problem, document))

    @api.model
    def _explain_paper_problem(self, problem, document):
        if problem == "before_version":
            return self.env._(
                "“%(document)s” is in force from %(day)s: nobody signed it before. Check the date, or choose the "
                "version that is printed on the paper.",
                document=document.display_name,
                day=format_date(self.env, document.date_effective),
            )
        if problem == "too_old":
            return self.env._(
                "The front desk records what was signed within the last %(days)s days. Ask a manager to record an "
                "older paper.",
                days=rules.PAPER_DAYS,
            )
        return self.env._("A consent cannot have been given in the future. Check the date.")

    @api.model
    def _prepare_given_vals(self, member, document, method, signer=None, **evidence):
        document, signer = document.sudo(), signer or member.partner_id
        occurred_at = evidence.get("occurred_at") or fields.Datetime.now()
        expiry = evidence.get("date_expiry") or rules.expiry_date(
            member.location_id._to_local(occurred_at).date(), document.validity_months, member.birthdate
        )
        return {
            "kind": "given",
            "member_id": member.id,
            "company_id": document.company_id.id,
            "purpose": document.purpose,
            "document_id": document.id,
            "document_version": document.version,
            "content_hash": document.content_hash,
            "occurred_at": occurred_at,
            "date_expiry": expiry,
            "method": method,
            "signer_partner_id": signer.id,
            "signer_name": (evidence.get("signer_name") or signer.sudo().name or "").strip(),
            "signature": evidence.get("signature"),
            "scan": evidence.get("scan"),
            "scan_filename": evidence.get("scan_filename"),
            "scan_hash": self._hash_base64(evidence.get("scan")),
            **self._prepare_trace_vals(**evidence),
        }

    @api.model
    def _prepare_trace_vals(self, ip_address=None, user_agent=None, **__):
        """Return from where and by which user a row is written; a browser's name is cut at 500 characters."""
        return {
            "recorded_by_id": self.env.uid,
            "ip_address": ip_address,
            "user_agent": user_agent[:500] if user_agent else False,
        }

    @api.model
    def _hash_base64(self, content):
        return hashlib.sha256(base64.b64decode(content)).hexdigest() if content else False

    def _of_signer(self, partner):
        """Return these consents without those to charges that another than ``partner`` gave.

        Each payer agrees to charges for themselves; the contacts of one company stand for it.
        """
        whose = partner.sudo().commercial_partner_id
        return self.sudo().filtered(
            lambda consent: consent.purpose != rules.RECURRING_CHARGE
            or consent.signer_partner_id.commercial_partner_id == whose
        )

    def _withdraw(self, method, signer=None, **trace):
        """Take back these given consents; those already taken back are left alone.

        Of two withdrawals at the same instant the unique index lets one through.

        :return: the new rows
        """
        vals_list = [
            {
                "kind": "withdrawn",
                "member_id": consent.member_id.id,
                "company_id": consent.company_id.id,
                "purpose": consent.purpose,
                "document_id": consent.document_id.id,
                "document_version": consent.document_version,
                "content_hash": consent.content_hash,
                "withdraws_id": consent.id,
                "occurred_at": fields.Datetime.now(),
                "method": method,
                "signer_partner_id": (signer or consent.member_id.partner_id).id,
                "signer_name": (signer or consent.member_id.partner_id).sudo().name,
                **self._prepare_trace_vals(**trace),
            }
            for consent in self.sudo()
            if consent.kind == "given" and not consent.withdrawal_ids
        ]
        withdrawals = without_defaults(self.sudo(), self._fields).create(vals_list)
        withdrawals._after_withdrawn()
        return withdrawals

    # === HOOKS === #

    def _after_given(self):
        """Called once with the consents just recorded; overrides call super."""
        self._emit("consent.given")
        if self.env.context.get(COPIES_FOLLOW):
            return
        for consent in self.filtered(lambda consent: consent.method in ("portal", "online", "kiosk", "paper")):
            # a job: neither the PDF nor the mail server may keep anybody from signing
            consent.with_user(SUPERUSER_ID).with_delay(
                description=f"Copy of consent {consent.id} to its signer", identity_key=f"gym_consent_copy_{consent.id}"
            )._send_copy()

    def _after_withdrawn(self):
        """Called once with the withdrawals just recorded; overrides call super."""
        self._emit("consent.withdrawn")

    def _emit(self, code):
        self.env["gym.event"]._emit(
            [
                {
                    "member_id": consent.member_id.id,
                    "type": code,
                    "payload": {"document": consent.document_id.display_name, "purpose": consent.purpose},
                    "occurred_at": consent.occurred_at,
                }
                for consent in self
            ]
        )

    # === COPY FOR THE SIGNER === #

    def _get_copies_for_mail(self):
        """Return the PDF of these consents as attachments of a mail that brings them all; makes those that lack."""
        kept = [consent._get_copy_attachment() or consent._make_copy_attachment() for consent in self]
        return self.env["ir.attachment"].union(*(self._copy_for_mail(attachment) for attachment in kept))

    def _send_copy(self):
        """Attach the PDF of this consent and mail it to the signer; repeating it makes and sends nothing again."""
        self.ensure_one()
        if self._get_copy_attachment():
            return
        attachment = self._make_copy_attachment()
        if self.signer_partner_id.email:
            template = self.env.ref("gym_members.mail_template_consent_copy")
            template.send_mail(
                self.id, email_values={"attachment_ids": [Command.link(self._copy_for_mail(attachment).id)]}
            )

    def _get_copy_attachment(self):
        """Return the attachment that holds the PDF copy, empty while there is none."""
        return (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "=", self.id), ("res_field", "=", "copy_pdf")], limit=1)
        )

    def _make_copy_attachment(self):
        """Render the PDF and keep it as the attachment behind ``copy_pdf``.

        The attachment is made directly because the record itself refuses every write.
        """
        return (
            self.env["ir.attachment"]
            .sudo()
            .create(
                {
                    "name": self.copy_filename,
                    "raw": self._render_copy(),
                    "mimetype": "application/pdf",
                    "res_model": self._name,
                    "res_id": self.id,
                    "res_field": "copy_pdf",
                }
            )
        )

    @api.model
    def _copy_for_mail(self, attachment):
        """Return a copy that belongs to no field: a mail would not take one that does."""
        return attachment.copy({"res_field": False, "res_model": "mail.message", "res_id": 0})

    def _render_copy(self):
        """Return the PDF of this consent as bytes."""
        report = self.env["ir.actions.report"].sudo()
        return report._render_qweb_pdf("gym_members.gym_consent_report", [self.id])[0]

    def _get_local_day(self):
        """Return the civil date of the member's branch on which it was signed, as people write it."""
        self.ensure_one()
        return format_date(self.env, self.member_id.location_id.sudo()._to_local(self.occurred_at).date())

    def _get_local_time(self):
        """Return when it was signed in the time zone of the member's branch, for people, with that zone's name."""
        self.ensure_one()
        location = self.member_id.location_id.sudo()
        return f"{format_datetime(self.env, self.occurred_at, tz=location.tz, dt_format='medium')} ({location.tz})"

    # === PROOF AND ERASURE === #

    def _is_intact(self):
        """Tell whether the text that the document holds today is the one that was agreed to."""
        self.ensure_one()
        document = self.document_id.sudo()
        return self.content_hash == rules.content_hash(document.name, document.body) == document.content_hash

    def _erase_evidence(self):  # pylint: disable=missing-return
        """Empty what identifies a person in these rows; which text was agreed to, when and how stays.

        For a cancelled person only, once the block period is over: without the signature a consent proves little.
        """
        attachments = self.env["ir.attachment"].sudo()
        attachments.search(
            [("res_model", "=", self._name), ("res_id", "in", self.ids), ("res_field", "in", ("scan", "copy_pdf"))]
        ).unlink()
        self.env.cr.execute("SELECT set_config('gym_members.erase_evidence', 'on', true)")
        super(GymConsent, self.sudo()).write(
            {"signer_name": False, "ip_address": False, "user_agent": False, "signature": False}
        )
        self.flush_recordset()
        self.env.cr.execute("SELECT set_config('gym_members.erase_evidence', '', true)")


_ERASABLE = ("signer_name", "ip_address", "user_agent", "signature")

_GUARD_SQL = """
CREATE OR REPLACE FUNCTION gym_consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('gym_members.erase_evidence', true) = 'on'
        AND NEW.signer_name IS NULL AND NEW.ip_address IS NULL AND NEW.user_agent IS NULL AND NEW.signature IS NULL
        AND to_jsonb(NEW) - '{signer_name,ip_address,user_agent,signature}'::text[]
          = to_jsonb(OLD) - '{signer_name,ip_address,user_agent,signature}'::text[] THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'gym_consent only grows: % is refused', TG_OP;
END $$;
CREATE OR REPLACE TRIGGER gym_consent_guard BEFORE UPDATE OR DELETE ON gym_consent
    FOR EACH ROW EXECUTE FUNCTION gym_consent_guard();
CREATE OR REPLACE TRIGGER gym_consent_guard_all BEFORE TRUNCATE ON gym_consent
    FOR EACH STATEMENT EXECUTE FUNCTION gym_consent_guard();
"""
