from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import is_html_empty, ormcache

from odoo.addons.vigor_guard.domain.printing import foreign_addresses

from ..domain import consent as rules
from .gated import without_defaults

PURPOSE_LABELS = {
    rules.WAIVER: "Liability waiver",
    rules.PRIVACY_NECESSARY: "Privacy notice: necessary purposes",
    rules.PRIVACY_VOLUNTARY: "Privacy notice: voluntary purposes",
    rules.RECURRING_CHARGE: "Recurring charges",
    rules.HEALTH: "Health data",
    rules.IMAGE: "Image",
    "marketing_email": "Marketing by e-mail",
    "marketing_whatsapp": "Marketing by WhatsApp",
    "marketing_sms": "Marketing by SMS",
    "marketing_phone": "Marketing by phone",
}
TEMPLATE_MARK = "PLANTILLA:"  # how the first paragraph of the texts that we ship begins
BLANK = "________"  # stands in them for what a company has not filled in
PURPOSE_SELECTION = [(purpose, PURPOSE_LABELS[purpose]) for purpose in rules.PURPOSES]


class GymConsentDocument(models.Model):
    """One version of the text that a company asks people to consent to, for one purpose.

    A draft is free; publishing fixes the text and its hash for ever (:meth:`_set_published`), also against SQL by a
    trigger. A change is a new version, and old consents stay tied to the version they were given to. The version in
    force is the highest published one whose effective date has come; nothing has to run on that day.

    There is one wording, in Spanish (PROFECO wants contracts of adhesion in Spanish, LFPC art. 85), and it is not a
    translated field: what was read, hashed and signed must be one text, not the slot of a language that another editor
    changed. ``courtesy_body`` is the translation for readers of other languages and does not bind.

    A document without company is a template: it is never published, companies take a copy (:meth:`_adapt_to`).
    """

    _name = "gym.consent.document"
    _description = "Consent Document"
    _inherit = ["gym.relation.guard", "mail.thread"]
    _order = "company_id, sequence, purpose, version desc, id desc"

    name = fields.Char(string="Title", required=True, tracking=True)
    purpose = fields.Selection(PURPOSE_SELECTION, required=True, index=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        index="btree_not_null",
        ondelete="restrict",
        default=lambda self: self.env.company,
        help="Empty for a template from which companies take a copy.",
    )
    sequence = fields.Integer(default=10, help="The order in which people are asked.")
    version = fields.Integer(readonly=True, copy=False, default=0)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("retired", "Retired")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    standing = fields.Selection(
        [
            ("draft", "Draft"),
            ("upcoming", "Upcoming"),
            ("in_force", "In force"),
            ("superseded", "Superseded"),
            ("retired", "Retired"),
        ],
        compute="_compute_standing",
        help="Where this version stands today.",
    )
    body = fields.Html(string="Text", help="In Spanish: this is the text that is signed.")
    courtesy_body = fields.Html(
        string="Courtesy Translation",
        translate=True,
        help="Shown below the text to readers of another language; the Spanish text prevails.",
    )
    content_hash = fields.Char(
        string="SHA-256", compute="_compute_content_hash", store=True, help="Of the title and the text as they read."
    )
    date_effective = fields.Date(string="In Force From", copy=False, tracking=True)
    date_retired = fields.Date(string="Retired On", readonly=True, copy=False)
    published_at = fields.Datetime(readonly=True, copy=False)
    published_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    is_required = fields.Boolean(
        string="Required to Join",
        compute="_compute_from_purpose",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        tracking=True,
        help="Without it the member is flagged. Voluntary purposes can never be required.",
    )
    is_signature_required = fields.Boolean(
        string="Drawn Signature",
        compute="_compute_from_purpose",
        store=True,
        readonly=False,
        precompute=True,
        copy=True,
        help="Otherwise a tick is enough.",
    )
    is_material = fields.Boolean(
        string="Ask Again",
        default=True,
        copy=False,
        help="This version changes something that matters: what was given to earlier versions no longer counts.",
    )
    validity_months = fields.Integer(string="Valid for (Months)", help="0: until it is withdrawn.")
    change_note = fields.Text(string="What Changed", copy=False)
    consent_ids = fields.One2many("gym.consent", "document_id", string="Consents")
    consent_count = fields.Integer(compute="_compute_consent_count")

    _version_once = models.UniqueIndex(
        "(company_id, purpose, version) WHERE state != 'draft'", "That version of the document already exists."
    )
    _published_is_complete = models.Constraint(
        "CHECK (state = 'draft' OR (company_id IS NOT NULL AND version > 0 AND content_hash IS NOT NULL "
        "AND date_effective IS NOT NULL))",
        "A published document needs a company, a version, its hash and the date from which it is in force.",
    )
    _validity_not_negative = models.Constraint("CHECK (validity_months >= 0)", "The validity cannot be negative.")

    def init(self):
        """Guard published rows against SQL too; runs again at every update."""
        self.env.cr.execute(_GUARD_SQL)

    # === COMPUTE === #

    @api.depends("purpose")
    def _compute_from_purpose(self):
        for document in self:
            document.is_signature_required = document.purpose in self._get_signed_purposes()
            document.is_required = document.purpose in (rules.WAIVER, rules.PRIVACY_NECESSARY)

    @api.depends("name", "body")
    def _compute_content_hash(self):
        for document in self:
            document.content_hash = rules.content_hash(document.name, document.body)

    @api.depends("state", "date_effective", "company_id", "purpose")
    def _compute_standing(self):
        for company, documents in self.grouped("company_id").items():
            documents._set_standing(self._get_company_today(company))

    def _set_standing(self, today):
        current = set(self._get_in_force(self.company_id.ids, today).ids)
        for document in self:
            if document.state != "published":
                document.standing = document.state
            elif document.date_effective > today:
                document.standing = "upcoming"
            else:
                document.standing = "in_force" if document.id in current else "superseded"

    @api.depends("consent_ids")
    def _compute_consent_count(self):
        counts = dict(
            self.env["gym.consent"]._read_group(
                [("document_id", "in", self.ids), ("kind", "=", "given")], ["document_id"], ["__count"]
            )
        )
        for document in self:
            document.consent_count = counts.get(document, 0)

    @api.depends("name", "version")
    def _compute_display_name(self):
        for document in self:
            version = f" v{document.version}" if document.version else ""
            document.display_name = f"{document.name or ''}{version}"

    # === PURPOSES === #

    @api.model
    def _get_purposes(self):
        """Return the codes of all purposes, in asking order.

        An addon adds one with ``selection_add`` on ``purpose`` of this model and of ``gym.consent``.
        """
        return self._fields["purpose"].get_values(self.env)

    @api.model
    def _get_signed_purposes(self):
        """Return the purposes that a tick alone cannot carry; an addon adds its own."""
        return rules.SIGNED_PURPOSES

    @api.model
    def _get_optional_purposes(self):
        """Return the purposes that nobody may be kept out for refusing; an addon adds its own."""
        return rules.OPTIONAL_PURPOSES

    # === CONSTRAINS === #

    @api.constrains("purpose", "is_required", "is_signature_required")
    def _check_purpose_rules(self):
        for document in self:
            if document.is_required and document.purpose in self._get_optional_purposes():
                raise ValidationError(
                    self.env._(
                        "“%(document)s” is about a voluntary purpose and cannot be required to join: a consent that is "
                        "a condition is not free. Leave “Required to Join” off.",
                        document=document.name,
                    )
                )
            if document.purpose == rules.HEALTH and not document.is_signature_required:
                raise ValidationError(
                    self.env._(
                        "“%(document)s” is about health, which is sensitive data: the law asks for a signature. Leave "
                        "“Drawn Signature” on.",
                        document=document.name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        # the life of a document begins as a draft whatever the caller says
        gated = self._get_gated_fields()
        return super(GymConsentDocument, without_defaults(self, gated)).create(
            [{name: value for name, value in vals.items() if name not in gated} for vals in vals_list]
        )

    def write(self, vals):
        if self._get_gated_fields() & vals.keys():
            raise UserError(self.env._("A document is published and retired with its buttons, not by editing it."))
        if self._get_frozen_fields() & vals.keys():
            self._check_is_draft()
        if "sequence" in vals:
            self._forget_in_force()
        return super().write(vals)

    def _update_field_translations(self, field_name, translations, digest=None, source_lang=""):
        if field_name in self._get_frozen_fields():
            self._check_is_draft()
        return super()._update_field_translations(field_name, translations, digest=digest, source_lang=source_lang)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if published := self.filtered(lambda document: document.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(document)s” has been published: people may have signed it, so it stays. Retire it instead.",
                    document=published[0].display_name,
                )
            )

    @api.model
    def _get_gated_fields(self):
        """Return the fields that only the verbs of the life cycle set."""
        return {"state", "version", "content_hash", "published_at", "published_by_id", "date_retired"}

    @api.model
    def _get_frozen_fields(self):
        """Return the fields that publishing fixes; the trigger holds the same list."""
        return {
            "name",
            "purpose",
            "company_id",
            "body",
            "courtesy_body",
            "date_effective",
            "is_signature_required",
            "is_material",
            "validity_months",
        }

    def _forget_in_force(self):
        """Let the documents in force be found out again, now and once others can read what is written."""
        self.env.registry.clear_cache()
        self.env.cr.postcommit.add(self.env.registry.clear_cache)

    def _check_is_draft(self):
        if fixed := self.filtered(lambda document: document.state != "draft"):
            raise UserError(
                self.env._(
                    "“%(document)s” has been published and its text can no longer change. Make a new version of it.",
                    document=fixed[0].display_name,
                )
            )

    # === ACTIONS === #

    def action_publish(self):
        """Publish the drafts."""
        self.check_access("write")
        self._set_published()

    def action_retire(self):
        """Stop asking people for these documents."""
        self.check_access("write")
        self._set_retired()

    def action_new_version(self):
        """Open a draft with the text of this version."""
        self.ensure_one()
        self.check_access("write")
        return self._open_form(self.copy({"name": self.name}))

    def action_adapt(self):
        """Take copies of these templates for the current company and open them."""
        self.env["gym.consent.document"].check_access("create")
        drafts = self._adapt_to(self.env.company)
        if len(drafts) == 1:
            return self._open_form(drafts)
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_document_action")
        return action | {"domain": [("id", "in", drafts.ids)]}

    def action_open_consents(self):
        """Open what was given to this version."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_action")
        return action | {"domain": [("document_id", "=", self.id)]}

    def _open_form(self, document):
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_consent_document_action")
        return action | {"views": [(False, "form")], "res_id": document.id}

    # === LIFE CYCLE === #

    def _set_published(self):
        """Give each draft its version number and fix its text and hash.

        :raise UserError: when a document is no draft, is a template or has no text
        """
        self._check_is_draft()
        for document in self:
            document._check_can_publish()
            today = self._get_company_today(document.company_id)
            last = self.sudo().search(
                [("company_id", "=", document.company_id.id), ("purpose", "=", document.purpose), ("version", ">", 0)],
                order="version desc",
                limit=1,
            )
            document._update_gated(
                {
                    "state": "published",
                    "version": last.version + 1,
                    "content_hash": rules.content_hash(document.name, document.body),
                    "date_effective": max(document.date_effective or today, today),
                    "published_at": fields.Datetime.now(),
                    "published_by_id": self.env.uid,
                }
            )

    def _check_can_publish(self):
        self.ensure_one()
        if not self.company_id:
            raise UserError(
                self.env._(
                    "“%(document)s” is a template. Use it in your company, review the copy with your lawyer and "
                    "publish that copy.",
                    document=self.name,
                )
            )
        if is_html_empty(self.body):
            raise UserError(self.env._("“%(document)s” has no text yet. Write it first.", document=self.name))
        if any(foreign_addresses(text) for text in (self.body, self.courtesy_body)):
            raise UserError(
                self.env._(
                    "“%(document)s” shows pictures from other addresses, which would be gone or others one day. Insert "
                    "them from your computer.",
                    document=self.name,
                )
            )
        if any(mark in self.body for mark in (TEMPLATE_MARK, BLANK)):
            raise UserError(
                self.env._(
                    "“%(document)s” still says that it is a template or has blanks to fill in. Review it with your "
                    "lawyer, complete it and remove the first paragraph.",
                    document=self.name,
                )
            )

    def _set_retired(self):
        """Take published documents out of use; what was given to them stays valid."""
        for document in self.filtered(lambda document: document.state == "published"):
            today = self._get_company_today(document.company_id)
            document._update_gated({"state": "retired", "date_retired": today})

    def _update_gated(self, vals):
        """Write what :meth:`write` refuses; the only way past it."""
        self._forget_in_force()
        return super().write(vals)

    def _adapt_to(self, company):
        """Return drafts for ``company`` with the texts of these documents, its name and addresses filled in."""
        drafts = self.browse()
        for document in self:
            body = Markup(document.body or "")
            for mark, value in self._get_placeholders(company).items():
                body = body.replace(mark, value)  # Markup escapes the value
            drafts |= document.copy({"name": document.name, "company_id": company.id, "body": body})
        return drafts

    @api.model
    def _get_placeholders(self, company):
        """Return what stands in the templates for the company's own data."""
        address = ", ".join(
            filter(None, (company.street, company.street2, company.zip, company.city, company.state_id.name))
        )
        return {
            "{empresa}": company.name,
            "{domicilio}": address or BLANK,
            "{correo}": company.email or BLANK,
            "{telefono}": company.phone or BLANK,
        }

    # === GETTERS === #

    @api.model
    def _get_company_today(self, company):
        """Return the civil date of the company's westernmost branch: what is published now is in force everywhere."""
        branches = self.env["gym.location"].sudo().search([("company_id", "=", company.id), ("kind", "=", "branch")])
        return min((branch._today() for branch in branches), default=company._today())

    @api.model
    def _get_in_force(self, company_ids, day):
        """Return the version in force of each purpose of these companies on the civil date ``day``, in asking order."""
        return self.browse(self._get_in_force_ids(tuple(company_ids), day))

    @api.model
    @ormcache("company_ids", "day")
    def _get_in_force_ids(self, company_ids, day):
        """Return the ids of :meth:`_get_in_force`; kept, because every page and form about a member asks for them."""
        documents = self.sudo().search(
            Domain("company_id", "in", company_ids)
            & Domain("state", "=", "published")
            & Domain("date_effective", "<=", day),
            order="version desc",
        )
        by_purpose = documents.grouped(lambda document: (document.company_id.id, document.purpose))
        in_force = self.browse().concat(*(versions[0] for versions in by_purpose.values()))
        return in_force.sorted(lambda document: (document.sequence, document.id))._ids


# The ORM refuses as well, with words for people; this is for whatever does not come through it.
_GUARD_SQL = """
CREATE OR REPLACE FUNCTION gym_consent_document_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state = 'draft' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'gym_consent_document %: a published document is kept', OLD.id;
    END IF;
    IF ROW(NEW.name, NEW.purpose, NEW.company_id, NEW.version, NEW.body, NEW.courtesy_body, NEW.content_hash,
           NEW.date_effective, NEW.is_signature_required, NEW.is_material, NEW.validity_months, NEW.published_at)
       IS DISTINCT FROM
       ROW(OLD.name, OLD.purpose, OLD.company_id, OLD.version, OLD.body, OLD.courtesy_body, OLD.content_hash,
           OLD.date_effective, OLD.is_signature_required, OLD.is_material, OLD.validity_months, OLD.published_at)
       OR NEW.state = 'draft' OR (OLD.state = 'retired' AND NEW.state != 'retired') THEN
        RAISE EXCEPTION 'gym_consent_document %: a published document does not change', OLD.id;
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER gym_consent_document_guard BEFORE UPDATE OR DELETE ON gym_consent_document
    FOR EACH ROW EXECUTE FUNCTION gym_consent_document_guard();
"""
