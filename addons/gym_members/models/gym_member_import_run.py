import logging

from psycopg2 import OperationalError

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..domain.importing import matching
from ..domain.importing.issues import ERROR, WARNING, Issue
from ..domain.importing.rows import ADULT_AGE, age_on
from .gym_member_import_check import DIRECT_FIELDS

_logger = logging.getLogger(__name__)

RUN_CHUNK = 500
# Nobody is told of imported people one by one, and their creation is not a conversation.
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "mail_create_nosubscribe": True, "mail_notrack": True}


class GymMemberImport(models.Model):
    """The run: rows become members chunk by chunk, then families are joined.

    Members are created and written with the importing user's rights, so that nobody brings people into a branch that is
    not theirs.
    """

    _inherit = "gym.member.import"

    def _run_rows(self):
        lines = self._next_lines([("state", "=", "checked"), ("action", "!=", "error")], RUN_CHUNK)
        if lines:
            self._apply_together_or_alone(lines)
            return
        lines = self._next_lines([("state", "=", "applied"), ("needs_link", "=", True)], RUN_CHUNK)
        self._link_families(lines)
        if len(lines) < RUN_CHUNK:
            self._finish("done")

    def _apply_together_or_alone(self, lines):
        """Apply a chunk in one go; when that fails, row by row, so that only what is wrong stays out."""
        try:
            with self.env.cr.savepoint():
                self._apply_lines(lines)
        except OperationalError:
            raise
        except Exception as error:
            _logger.info("Import %s: a chunk failed (%s), its rows are tried one by one", self.id, error)
            for line in lines:
                self._apply_alone(line)

    def _apply_alone(self, line):
        try:
            with self.env.cr.savepoint():
                self._apply_lines(line)
        except OperationalError:
            raise
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("Import %s: line %s failed", self.id, line.line_number)
            reason = str(error).split("\n")[0]
            line.write({"state": "failed", "action": "error"})
            line._add_issues(Issue("row_refused", ERROR, params={"reason": reason}))

    def _apply_lines(self, lines):
        lines = lines - self._set_aside_changed(lines)
        self._create_members(lines.filtered(lambda line: line.action == "create"))
        self._update_members(lines.filtered(lambda line: line.action == "update"))
        self._join_repeated(lines.filtered("same_as_line"))
        self._apply_extras(lines.filtered("member_id"))
        self._tell_imported(lines.filtered(lambda line: line.action in ("create", "update")))
        lines.write({"state": "applied"})
        self.env.flush_all()

    def _set_aside_changed(self, lines):
        """Keep out, with the reason, the lines whose person came, went or changed since the check; return them."""
        new = lines.filtered(lambda line: line.action == "create")
        members = self._find_known_members([line._to_person() for line in new]) if new else None
        changed = new.filtered(lambda line: matching.find_match(line._to_person(), members.near(line._to_person())))
        changed |= lines.filtered(lambda line: line.action == "update" and not self._is_as_checked(line))
        for line in changed:
            line.write({"state": "failed", "action": "error"})
            line._add_issues(Issue("changed_since_check", ERROR))
        return changed

    def _is_as_checked(self, line):
        member = line.member_id.sudo(False)
        if not member.exists():
            return False
        row_values = {name: after for name, (_before, after) in (line.changes or {}).items()}
        return self._get_changes(member, line.external_key, row_values) == line.changes

    def _create_members(self, lines):
        if not lines:
            return
        tags = self._ensure_tags(lines)
        vals_list = [self._prepare_member_vals(line, tags) for line in lines]
        members = self.env["gym.member"].with_context(**QUIET).create(vals_list)
        for line, member in zip(lines, members, strict=True):
            line.write({"member_id": member.id, "created_id": member.id})

    def _prepare_member_vals(self, line, tags):
        """Return the values of a new member; consents are never among them: nobody consented to us yet."""
        row_values = line.values
        vals = {name: row_values[name] for name in DIRECT_FIELDS if row_values.get(name)}
        vals |= {"import_key": line.external_key, "is_company": False}
        if row_values.get("notes"):
            vals["comment"] = row_values["notes"]
        if names := _split_tags(row_values.get("tags")):
            vals["category_id"] = [(6, 0, [tags[name.lower()] for name in names])]
        return vals

    def _ensure_tags(self, lines):
        """Return the ids of the tags the lines name, by name in lower case; missing ones are made."""
        names = {name.lower(): name for line in lines for name in _split_tags(line.values.get("tags"))}
        if not names:
            return {}
        categories = self.env["res.partner.category"]
        known = {tag.name.lower(): tag.id for tag in categories.search([]) if tag.name}
        missing = [name for key, name in names.items() if key not in known]
        created = categories.create([{"name": name} for name in missing])
        return known | {tag.name.lower(): tag.id for tag in created}

    def _update_members(self, lines):
        for line in lines:
            member = line.member_id.sudo(False).with_env(self.env).with_context(**QUIET)
            member.write({name: after for name, (_before, after) in line.changes.items()})

    def _join_repeated(self, lines):
        """Point the lines that repeat another at its member, for what else they bring."""
        if not lines:
            return
        firsts = self._next_lines([("line_number", "in", lines.mapped("same_as_line"))], limit=None)
        members = {line.line_number: line.member_id.id for line in firsts}
        for line in lines:
            line.member_id = members.get(line.same_as_line)

    def _tell_imported(self, lines):
        """Write in the log of each member where they came from."""
        payload = {"source": self.source}
        self.env["gym.event"]._emit(
            [{"member_id": line.member_id.id, "type": "member.imported", "payload": payload} for line in lines]
        )

    # === FAMILIES === #

    def _link_families(self, lines):
        """Set guardian and payer of dependants, now that everybody is in."""
        people = self._find_relatives(lines)
        for line in lines.filtered("member_id"):
            guardian, issue = self._ensure_guardian(line, people)
            payer, payer_issue = self._find_payer(line, people)
            if issue or payer_issue:
                line._add_issues(*(found for found in (issue, payer_issue) if found))
            self._set_relatives(line, guardian, payer or guardian)
        lines.write({"needs_link": False})

    def _find_relatives(self, lines):
        """Return the members the lines may mean, by e-mail and by key: {("email" | "key", text): members}."""
        emails = {line.values.get(name) for line in lines for name in ("guardian_email", "payer_email")} - {None}
        keys = {
            f"{self.source}:{line.values['payer_external_id']}"
            for line in lines
            if line.values.get("payer_external_id")
        }
        members = self.env["gym.member"].search(
            Domain("company_id", "=", self.company_id.id)
            & (Domain("email_normalized", "in", list(emails)) | Domain("import_key", "in", list(keys)))
        )
        people = {}
        for member in members:
            people[("key", member.import_key)] = member
            kind = ("email", member.email_normalized)
            people[kind] = people.get(kind, members.browse()) | member
        return people

    def _ensure_guardian(self, line, people):
        """Return the guardian's contact, made when only a name is known, or nothing; and an :class:`Issue` or None."""
        email, name = line.values.get("guardian_email"), line.values.get("guardian_name")
        if not email and not name:
            return self.env["res.partner"], None
        adults = self._get_adults(people.get(("email", email), self.env["gym.member"]), line)
        if name:
            adults = adults.filtered(lambda member: matching.names_agree(member.name, name)) or (
                adults if len(adults) == 1 and not email else adults.browse()
            )
        if len(adults) == 1:
            return adults.partner_id, None
        if len(adults) > 1:
            return self.env["res.partner"], Issue(
                "guardian_several", WARNING, self._get_header("guardian_email"), email
            )
        if name:
            return self._make_guardian(line), None
        return self.env["res.partner"], None

    def _get_adults(self, members, line):
        today = self.location_id._today()
        return members.filtered(
            lambda member: member != line.member_id
            and not (member.birthdate and age_on(member.birthdate, today) < ADULT_AGE)
            and not member.payer_id
        )

    def _make_guardian(self, line):
        """Make a contact for a guardian who is not a member; brothers and sisters in the file share it."""
        facts = {"name": line.values["guardian_name"], "email": line.values.get("guardian_email") or False,
                 "phone": line.values.get("guardian_phone") or False}  # fmt: skip
        made = self._next_lines([("created_partner_id", "!=", False)], limit=None).created_partner_id
        same = made.filtered(lambda partner: all(partner[name] == value for name, value in facts.items()))[:1]
        partner = same or self.env["res.partner"].with_context(**QUIET).create(facts)
        partner._make_known_to(self.location_id)
        line.created_partner_id = partner.id
        return partner.sudo(False)

    def _find_payer(self, line, people):
        key, email = line.values.get("payer_external_id"), line.values.get("payer_email")
        if not key and not email:
            return self.env["res.partner"], None
        found = people.get(("key", f"{self.source}:{key}"), self.env["gym.member"]) if key else self.env["gym.member"]
        found = found or self._get_adults(people.get(("email", email), found), line)
        if found == line.member_id:
            return self.env["res.partner"], None
        if len(found) == 1:
            return found.partner_id, None
        code = "guardian_several" if found else "payer_unknown"
        header = self._get_header("payer_external_id" if key else "payer_email")
        return self.env["res.partner"], Issue(code, WARNING, header, key or email)

    def _set_relatives(self, line, guardian, payer):
        member = line.member_id.sudo(False).with_env(self.env).with_context(**QUIET)
        is_adult = member.birthdate and age_on(member.birthdate, self.location_id._today()) >= ADULT_AGE
        wanted = {"guardian_id": False if is_adult else guardian.id, "payer_id": payer.id}
        changes = {
            name: [member[name].id, value]
            for name, value in wanted.items()
            if value and member[name].id != value and (self.update_mode == "overwrite" or not member[name])
        }
        if changes:
            member.write({name: after for name, (_before, after) in changes.items()})
            line.changes = (line.changes or {}) | changes if line.action == "update" else line.changes


def _split_tags(text):
    return [tag.strip() for tag in (text or "").replace(";", ",").split(",") if tag.strip()]
