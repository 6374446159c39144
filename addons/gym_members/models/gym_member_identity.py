from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..domain.identity import GENERIC_RFCS, Verdict, birthdate_of_curp, check_curp, check_rfc, compact, name_key


class GymMember(models.Model):
    """Who may be the same person twice, and identity numbers that cannot be right."""

    _inherit = "gym.member"

    curp = fields.Char(index="btree_not_null")
    name_key = fields.Char(compute="_compute_name_key", store=True, compute_sudo=True)
    identity_warning = fields.Char(compute="_compute_identity_warning")
    duplicate_ids = fields.Many2many(
        "gym.member", string="Possible Duplicates", compute="_compute_duplicate_ids", context={"active_test": False}
    )
    duplicate_count = fields.Integer(compute="_compute_duplicate_ids")
    hidden_duplicate_count = fields.Integer(
        string="Possible Duplicates at Other Branches", compute="_compute_duplicate_ids"
    )
    distinct_member_ids = fields.Many2many(
        "gym.member",
        "gym_member_distinct_rel",
        "member_id",
        "other_id",
        string="Not the Same Person As",
        copy=False,
        help="Members that look alike and that somebody found to be different people.",
    )

    _birthdate_name = models.Index("(birthdate, name_key) WHERE birthdate IS NOT NULL")

    @api.depends("name")
    def _compute_name_key(self):
        for member in self:
            member.name_key = name_key(member.name)

    @api.depends("vat", "curp", "birthdate")
    @api.depends_context("lang")
    def _compute_identity_warning(self):
        for member in self:
            born = birthdate_of_curp(member.curp)
            if member._is_mexican_rfc() and check_rfc(member.vat) is Verdict.DOUBTFUL:
                member.identity_warning = self.env._("The check digit of the RFC does not match. Is it spelled right?")
            elif check_curp(member.curp) is Verdict.DOUBTFUL:
                member.identity_warning = self.env._("The check digit of the CURP does not match. Is it spelled right?")
            elif born and member.birthdate and born != member.birthdate:
                member.identity_warning = self.env._(
                    "By the CURP this person was born on %(date)s.", date=format_date(self.env, born)
                )
            else:
                member.identity_warning = False

    @api.depends("name", "email", "phone", "vat", "curp", "birthdate", "payer_id", "location_id", "distinct_member_ids")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_duplicate_ids(self):
        found = self._find_duplicates()
        for member in self:
            all_ids = found[member].ids
            visible = self.with_context(active_test=False).search([("id", "in", all_ids)]) if all_ids else self.browse()
            member.duplicate_ids = visible
            member.duplicate_count = len(all_ids)
            member.hidden_duplicate_count = len(all_ids) - len(visible)

    # === CONSTRAINS === #

    @api.constrains("vat", "curp", "country_id")
    def _check_identity_numbers(self):
        for member in self:
            if member._is_mexican_rfc() and check_rfc(member.vat) is Verdict.IMPOSSIBLE:
                raise ValidationError(
                    self.env._(
                        "“%(rfc)s” cannot be an RFC. A person's has four letters, six digits of the birth date and "
                        "three more signs; leave it empty if unknown.",
                        rfc=member.vat,
                    )
                )
            if check_curp(member.curp) is Verdict.IMPOSSIBLE:
                raise ValidationError(
                    self.env._(
                        "“%(curp)s” cannot be a CURP. It has 18 signs, as on the birth certificate; leave it empty if "
                        "unknown.",
                        curp=member.curp,
                    )
                )

    def _is_mexican_rfc(self):
        """Tell whether the tax id in ``vat`` is meant as an RFC: foreigners have another country on their contact."""
        self.ensure_one()
        return bool(self.vat) and self.country_id.code in ("MX", False)

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._compact_identity_numbers(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._compact_identity_numbers(vals))

    @api.model
    def _compact_identity_numbers(self, vals):
        """Return ``vals`` with RFC and CURP in their one spelling, by which duplicates are found."""
        return vals | {name: compact(vals[name]) for name in ("vat", "curp") if vals.get(name)}

    # === DUPLICATES === #

    def _get_duplicate_keys(self):
        """Return what identifies this person: dict of reason to a value that nobody else should have.

        E-mail and phone in their normalised form; the generic RFCs identify nobody; a name only with the birth date.
        """
        self.ensure_one()
        keys = {
            "email": self.email_normalized,
            "phone": self.phone_sanitized,
            "vat": compact(self.vat) not in GENERIC_RFCS and compact(self.vat),
            "curp": compact(self.curp),
            "name": self.birthdate and name_key(self.name) and (self.birthdate, name_key(self.name)),
        }
        return {reason: key for reason, key in keys.items() if key}

    def _find_duplicates(self):
        """Return, per member of ``self``, who may be the same person in the same company, in any branch, as sudo.

        Takes new records too, so that the form warns while somebody types. Merged and blocked members, pairs that
        somebody found to be different people and relatives who merely share an e-mail or a phone do not count.

        :return: dict of member to ``gym.member``
        """
        keys = {member: member._get_duplicate_keys() for member in self}
        candidates_sudo = (
            self.sudo()
            ._search_duplicate_keys(keys.values())
            .filtered(lambda other: other.company_id in self.location_id.sudo().company_id)
        )
        others = {other: other._get_duplicate_keys() for other in candidates_sudo}
        return {
            member: candidates_sudo.filtered(
                lambda other, member=member: member._is_duplicate_of(other, keys[member], others[other])
            )
            for member in self
        }

    @api.model
    def _search_duplicate_keys(self, keys):
        """Return the members that have one of ``keys``, an iterable of what :meth:`_get_duplicate_keys` returns.

        Two queries whatever the number of keys; contacts first, so that each side uses its own index.
        """
        values = {}
        for of_one in keys:
            for reason, key in of_one.items():
                values.setdefault(reason, set()).add(key)
        on_contact = {"email": "email_normalized", "phone": "phone_sanitized", "vat": "vat"}
        contact_domain = Domain.OR(
            Domain(name, "in", values[reason]) for reason, name in on_contact.items() if reason in values
        )
        partners = self.env["res.partner"].sudo().search(contact_domain) if on_contact.keys() & values else []
        member_domain = Domain("partner_id", "in", [partner.id for partner in partners])
        member_domain |= Domain("curp", "in", values.get("curp", ()))
        for birthdate, name in values.get("name", ()):
            member_domain |= Domain("birthdate", "=", birthdate) & Domain("name_key", "=", name)
        return self.search(member_domain)

    def _is_duplicate_of(self, other, my_keys, other_keys):
        me = self._origin
        if other.id in (me.id, False) or other.company_id != self.location_id.sudo().company_id:
            return False
        if other in self.sudo().distinct_member_ids._origin or me in other.distinct_member_ids:
            return False
        same = {reason for reason, key in my_keys.items() if other_keys.get(reason) == key}
        if same <= {"email", "phone"} and name_key(self.name) != name_key(other.name):
            return bool(same) and not self._shares_household(other)
        return bool(same)

    def _shares_household(self, other):
        """Tell whether one pays for both: parents give their own phone and e-mail for their children."""
        payer, other_payer = self.payer_id or self.partner_id, other.payer_id or other.partner_id
        return payer._origin == other_payer and bool(payer._origin)

    def action_open_duplicates(self):
        """Open this member and those who may be the same person."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_action")
        return action | {
            "name": self.env._("Possible Duplicates"),
            "domain": [("id", "in", (self | self.duplicate_ids).ids)],
            "context": {},
        }
