from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.vigor_vault.fields import EncryptedText

from ..domain.lifecycle import ACTIVE, FORMER, FROZEN, PAST_DUE, PROSPECT, STAGES, TRIAL, StageFact, derive_stage
from ..domain.search import query_tokens, search_key

STAGE_LABELS = dict(zip(STAGES, ("Prospect", "Trial", "Active", "Frozen", "Past Due", "Lapsed", "Former"), strict=True))


class GymMember(models.Model):
    """A person who trains, or may come to train, at a branch.

    The person is the contact (``_inherits``): name, e-mail, phone, RFC and fiscal data live there. What the gym knows
    beyond that lives here. The stage is never written by hand: addons report facts (:meth:`_get_stage_facts`) and call
    :meth:`_refresh_stage`.
    """

    _name = "gym.member"
    _description = "Gym Member"
    _inherits = {"res.partner": "partner_id"}
    _inherit = ["gym.relation.guard", "mail.thread", "mail.activity.mixin", "utm.mixin", "vault.mixin"]
    _order = "search_key, id"
    _mail_post_access = "read"
    _primary_email = "email"

    # === FIELDS === #

    partner_id = fields.Many2one(
        "res.partner", string="Person", required=True, ondelete="restrict", index=True, bypass_search_access=True
    )
    member_number = fields.Char(readonly=True, copy=False, help="Given by the company's own sequence.")
    location_id = fields.Many2one(
        "gym.location",
        string="Home Branch",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self._default_location_id(),
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    active = fields.Boolean(default=True, tracking=True)
    stage = fields.Selection(
        [(stage, STAGE_LABELS[stage]) for stage in STAGES],
        default=PROSPECT,
        required=True,
        readonly=True,
        index=True,
        copy=False,
        tracking=True,
    )
    date_joined = fields.Date(string="Joined", tracking=True, index="btree_not_null")
    date_left = fields.Date(string="Left", tracking=True, copy=False)

    birthdate = fields.Date()
    age = fields.Integer(compute="_compute_age")
    is_minor = fields.Boolean(compute="_compute_age")
    gender = fields.Selection([("female", "Female"), ("male", "Male"), ("other", "Other")])
    curp = fields.Char(string="CURP", size=18)
    guardian_id = fields.Many2one(
        "res.partner", string="Guardian", index="btree_not_null", help="Signs for the member while under age."
    )
    is_guardian_missing = fields.Boolean(compute="_compute_is_guardian_missing")
    payer_id = fields.Many2one(
        "res.partner",
        string="Paid By",
        index="btree_not_null",
        help="The payer of this member; empty when members pay for themselves.",
    )
    household_ids = fields.Many2many("gym.member", string="Household", compute="_compute_household_ids")

    emergency_name = fields.Char(string="Emergency Contact")
    emergency_phone = fields.Char()
    emergency_relation = fields.Char(string="Relationship")
    preferred_channel = fields.Selection(
        [("email", "E-mail"), ("whatsapp", "WhatsApp"), ("sms", "SMS"), ("phone", "Phone call")], default="email"
    )

    health_notes = fields.Text(
        compute="_compute_health_notes",
        inverse="_inverse_health_notes",
        groups="gym_members.group_gym_health",
        exportable=False,
        help="Injuries, allergies, conditions. Sensitive data: kept encrypted, seen by few.",
    )
    health_notes_encrypted = EncryptedText()
    search_key = fields.Char(compute="_compute_search_key", store=True, compute_sudo=True)

    # === CONSTRAINTS === #

    _member_per_contact = models.Constraint("UNIQUE (partner_id)", "This contact is already a member.")
    _number_per_company = models.UniqueIndex(
        "(company_id, member_number)", "Another member of this company has that number."
    )
    _leaves_after_joining = models.Constraint(
        "CHECK (date_left IS NULL OR date_joined IS NULL OR date_left >= date_joined)",
        "A member cannot leave before joining.",
    )
    _search_key_trigram = models.Index("USING gin (search_key gin_trgm_ops)")
    _search_key_sorted = models.Index("(search_key, id)")
    _branch_stage = models.Index("(location_id, stage) WHERE active")

    def _default_location_id(self):
        branches = self.env["gym.location"].search(
            [("kind", "=", "branch"), ("company_id", "=", self.env.company.id)], limit=2
        )
        return (
            branches
            if len(branches) == 1
            else self.env.user.gym_location_ids.filtered_domain([("kind", "=", "branch")])[:1]
        )

    # === COMPUTE, SEARCH === #

    @api.depends("birthdate", "location_id")
    def _compute_age(self):
        for member in self:
            member.age = relativedelta(member.location_id._today(), member.birthdate).years if member.birthdate else 0
            member.is_minor = bool(member.birthdate) and member.age < 18

    @api.depends("is_minor", "guardian_id")
    def _compute_is_guardian_missing(self):
        for member in self:
            member.is_guardian_missing = member.is_minor and not member.guardian_id

    @api.depends("payer_id", "partner_id.gym_dependant_ids.payer_id")
    def _compute_household_ids(self):
        payers = self.payer_id | self.partner_id
        relatives = self.search(["|", ("payer_id", "in", payers.ids), ("partner_id", "in", payers.ids)])
        by_payer = relatives.grouped(lambda member: member.payer_id or member.partner_id)
        for member in self:
            member.household_ids = by_payer.get(member.payer_id or member.partner_id, self.browse()) - member

    @api.depends("health_notes_encrypted")
    def _compute_health_notes(self):
        for member in self:
            member.health_notes = member._vault_read("health_notes_encrypted")

    def _inverse_health_notes(self):
        for member in self:
            member._vault_write("health_notes_encrypted", member.health_notes)

    @api.depends("name", "email", "phone", "vat", "member_number", "curp")
    def _compute_search_key(self):
        for member in self:
            member.search_key = search_key(
                member.name, member.member_number, member.email, member.vat, member.curp, phone=member.phone
            )

    @api.depends("name", "member_number")
    def _compute_display_name(self):
        for member in self:
            number = f" ({member.member_number})" if member.member_number else ""
            member.display_name = f"{member.name or ''}{number}"

    @api.model
    def _search_display_name(self, operator, value):
        if operator not in ("ilike", "like") or not isinstance(value, str):
            return super()._search_display_name(operator, value)
        return self._get_search_domain(value)

    @api.model
    def _get_search_domain(self, text):
        """Return the domain of the members that match all the words of ``text``, whatever their accents or order."""
        return Domain.AND(Domain("search_key", "like", token) for token in query_tokens(text))

    # === CONSTRAINS === #

    @api.constrains("location_id")
    def _check_location_kind(self):
        for member in self:
            if member.location_id.kind != "branch":
                raise ValidationError(
                    self.env._(
                        "%(member)s needs a branch as home; %(location)s only groups branches.",
                        member=member.name,
                        location=member.location_id.name,
                    )
                )

    @api.constrains("birthdate")
    def _check_birthdate(self):
        for member in self:
            if member.birthdate and (member.birthdate > member.location_id._today() or member.age >= 120):
                raise ValidationError(
                    self.env._(
                        "%(member)s cannot have been born on %(date)s. Check the year.",
                        member=member.name,
                        date=format_date(self.env, member.birthdate),
                    )
                )

    @api.constrains("guardian_id", "partner_id")
    def _check_guardian_is_other(self):
        for member in self:
            if member.guardian_id == member.partner_id:
                raise ValidationError(self.env._("%(member)s cannot be their own guardian.", member=member.name))

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        self._check_relations(vals_list)
        self._complete_vals(vals_list)
        members = super().create(vals_list)
        members._refresh_stage()
        return members

    def _complete_vals(self, vals_list):
        """Give each of ``vals_list`` what it does not bring: a number of the branch's company, and the branch's country
        for a new contact, by which phone numbers are read."""
        sequences = {}
        for vals in vals_list:
            location = self.env["gym.location"].sudo().browse(vals.get("location_id") or self._default_location_id().id)
            if not vals.get("partner_id"):
                vals.setdefault("country_id", location.country_id.id)
            if vals.get("member_number") or not location:
                continue
            company = location.company_id
            if company not in sequences:
                sequences[company] = company._ensure_gym_member_sequence()
            vals["member_number"] = sequences[company]._next()

    def write(self, vals):
        if "stage" in vals and not self.env.su:
            raise AccessError(self.env._("The stage of a member follows from what happens to them; nobody sets it."))
        if vals.get("location_id"):
            self._check_move_to(self.env["gym.location"].browse(vals["location_id"]))
        result = super().write(vals)
        if not self._get_stage_triggers().isdisjoint(vals):
            self._refresh_stage()
        return result

    def _check_move_to(self, location):
        """Refuse a new home branch that the user may not see or that belongs to another company.

        :raise AccessError: when the user does not see the branch
        :raise UserError: when a member's numbers and invoices would change company
        """
        location.check_access("read")
        for member in self:
            if member.company_id and member.company_id != location.company_id:
                raise UserError(
                    self.env._(
                        "%(member)s belongs to %(company)s and %(location)s does not. Register them there as a new "
                        "member, so that each company keeps its own history.",
                        member=member.name,
                        company=member.company_id.name,
                        location=location.name,
                    )
                )

    def copy_data(self, default=None):
        # the copy is another person: it must not share the contact
        return [
            {**vals, "name": self.env._("%(name)s (copy)", name=member.name), "partner_id": False}
            for member, vals in zip(self, super().copy_data(default), strict=True)
        ]

    # === STAGE === #

    @api.model
    def _get_current_stages(self):
        """Return the stages of people who count as members today."""
        return [TRIAL, ACTIVE, FROZEN, PAST_DUE]

    @api.model
    def _get_stage_triggers(self):
        """Return the fields of the member whose change may change the stage."""
        return {"date_joined", "date_left"}

    def _get_stage_facts(self):
        """Return what is known about the stage of each member.

        Hook: an addon that knows more (a subscription in arrears, a freeze) extends the lists and calls
        :meth:`_refresh_stage` on the members whenever its facts change. An override must take any number of records,
        call super and keep what it got.

        :return: dict of member id to list of :class:`~..domain.lifecycle.StageFact`
        """
        return {
            member.id: [StageFact(FORMER if member.date_left else ACTIVE, "member")] if member.date_joined else []
            for member in self
        }

    def _refresh_stage(self):
        """Derive the stage again from the facts and store it where it changed."""
        facts = self._get_stage_facts()
        stages = {member.id: derive_stage(facts[member.id]).stage for member in self}
        changed = self.filtered(lambda member: member.stage != stages[member.id])
        before = {member.id: member.stage for member in changed}
        for stage, members in changed.grouped(lambda member: stages[member.id]).items():
            members.sudo().write({"stage": stage})
        changed._on_stage_changed(before)

    def _on_stage_changed(self, before):
        """Called with the members whose stage has just changed; overrides call super.

        :param dict before: id of member to the stage it had
        """
