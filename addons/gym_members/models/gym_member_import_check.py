from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.vigor_guard.domain.spreadsheet import is_formula

from ..domain.identity import name_key
from ..domain.importing import matching
from ..domain.importing.issues import ERROR, WARNING, Issue
from ..domain.importing.rows import RowParser, to_json
from ..domain.importing.values import phone_key
from ..domain.search import normalise

CHECK_CHUNK = 1000
LINK_FIELDS = ("guardian_email", "guardian_name", "payer_external_id", "payer_email")
# Facts of a row that are stored on the member as they are.
DIRECT_FIELDS = (
    "name",
    "email",
    "phone",
    "birthdate",
    "gender",
    "vat",
    "curp",
    "street",
    "street2",
    "city",
    "zip",
    "state_id",
    "location_id",
    "date_joined",
    "date_left",
    "emergency_name",
    "emergency_phone",
    "emergency_relation",
)
# Some people write the state's usual abbreviation rather than its name.
STATE_NICKNAMES = {
    "cdmx": "ciudad de mexico",
    "df": "ciudad de mexico",
    "d f": "ciudad de mexico",
    "edomex": "mexico",
    "estado de mexico": "mexico",
    "edo de mexico": "mexico",
    "nl": "nuevo leon",
    "bc": "baja california",
}


class GymMemberImport(models.Model):
    """The dry run: what each row says, who it is, and what would become of it."""

    _inherit = "gym.member.import"

    def _create_lines(self):
        """Store the rows of the file with the texts of the imported columns only; the rest never leaves the file."""
        table = self._read_table()
        kinds = self._get_import_fields()
        wanted = {
            column.header
            for column in self.column_ids
            if column.field_code and kinds[column.field_code].kind != "ignored"
        }
        places = [(place, header) for place, header in enumerate(table.headers) if header in wanted]
        parser = self._get_parser()
        people = (parser.identify(dict(zip(table.headers, cells, strict=True))) for _line, cells in table.rows)
        self.sudo().write({"shared_ids": sorted(matching.shared_keys(people)), "section": table.title})
        self.env["gym.member.import.line"].sudo().create(
            [
                {
                    "import_id": self.id,
                    "line_number": number,
                    "raw": {header: cells[place] for place, header in places if cells[place]},
                }
                for number, cells in table.rows
            ]
        )

    def _check_chunk(self):
        lines = self._next_lines([("state", "=", "pending")], CHECK_CHUNK)
        if lines:
            parser = self._get_parser()
            parser.section = self._get_section(lines[0].line_number) or parser.section
            rows = [parser.parse(line.line_number, line.raw or {}) for line in lines]
            self._resolve_branches(rows)
            self._resolve_states(rows)
            self._check_extras(rows)
            self._decide(lines, rows)
        if len(lines) < CHECK_CHUNK:
            self._check_links()
            self._finish("checked")

    def _get_parser(self):
        mapping = {column.header: column.field_code for column in self.column_ids if column.field_code}
        return RowParser(
            self._get_import_fields(),
            mapping,
            self.source,
            self.date_order,
            self.location_id._today(),
            is_formula,
            self.meaning_of_m or None,
            self._get_status_meanings(),
            self.shared_ids or (),
            self.section or "",
        )

    def _get_section(self, line_number):
        """Return the last title among the rows already checked, or an empty text."""
        titles = self._next_lines(
            [("line_number", "<", line_number), ("section", "!=", False)], 1, order="line_number desc"
        )
        return titles.section or ""

    # === RESOLVING === #

    def _resolve_branches(self, rows):
        """Give each row its home branch, among those the user may see in the company of the import."""
        branches = self.env["gym.location"].search([("kind", "=", "branch"), ("company_id", "=", self.company_id.id)])
        by_name = {normalise(branch.name): branch.id for branch in branches}
        by_name |= {normalise(branch.code): branch.id for branch in branches if branch.code}
        for row in rows:
            name = row.values.pop("location", None)
            row.values["location_id"] = by_name.get(normalise(name)) if name else self.location_id.id
            if not row.values["location_id"]:
                names = ", ".join(branches.mapped("name"))
                row.issues.append(
                    Issue("branch_unknown", ERROR, self._get_header("location"), name, {"branches": names})
                )

    def _resolve_states(self, rows):
        if not any("state" in row.values for row in rows):
            return
        country = self.location_id.country_id or self.env.ref("base.mx")
        by_name = {normalise(state.name): state.id for state in country.state_ids}
        by_name |= {normalise(state.code): state.id for state in country.state_ids}
        for row in rows:
            name = row.values.pop("state", None)
            if not name:
                continue
            key = STATE_NICKNAMES.get(normalise(name), normalise(name))
            if key in by_name:
                row.values["state_id"] = by_name[key]
            else:
                row.issues.append(Issue("state_unknown", WARNING, self._get_header("state"), name))

    def _get_header(self, code):
        return self.column_ids.filtered(lambda column: column.field_code == code)[:1].header or ""

    # === WHO IS IT === #

    def _decide(self, lines, rows):
        """Write on each line what its row says and what will happen to it."""
        people = [_to_person(row) for row in rows]
        members = self._find_known_members(people)
        earlier = self._find_earlier_lines(people, lines)
        hidden = self._find_hidden_keys([person.key for person in people])
        for line, row, person in zip(lines, rows, people, strict=True):
            vals = {"action": "error", "state": "checked"}
            if row.is_importable:
                vals |= self._decide_row(row, person, members, earlier, hidden)
            if vals["action"] != "error" and not vals.get("same_as_line"):
                earlier.add(person)
            line.write(vals | self._describe(row, person))

    def _decide_row(self, row, person, members, earlier, hidden):
        """Return the part of a line's values that says what happens to it; adds to ``row.issues``."""
        if person.key in hidden:
            row.issues.append(Issue("known_elsewhere", ERROR))
            return {"action": "error"}
        twin = matching.find_match(person, earlier.near(person))
        if twin:
            row.issues.append(Issue("repeated", WARNING, params={"other": twin.people[0].ref}))
            return {"action": "skip", "same_as_line": twin.people[0].ref, "matched_by": twin.how}
        match = matching.find_match(person, members.near(person))
        if not match:
            return {"action": "create"}
        if len(match.people) > 1:
            found = self.env["gym.member"].browse([other.ref for other in match.people[:5]])
            row.issues.append(
                Issue("several_people", ERROR, params={"people": ", ".join(found.mapped("display_name"))})
            )
            return {"action": "error"}
        # read together with everybody else this chunk may need
        member = self.env["gym.member"].browse(match.people[0].ref).with_prefetch(members.refs)
        return self._decide_known(row, match, member)

    def _decide_known(self, row, match, member):
        known = {"member_id": member.id, "matched_by": match.how}
        if member.is_blocked:
            row.issues.append(Issue("person_blocked", ERROR))
            return {"action": "error"}
        if self.update_mode == "skip":
            row.issues.append(Issue("existing_left_alone"))
            return known | {"action": "skip"}
        changes = self._get_changes(member, row.key, to_json(row.values))
        if not changes:
            row.issues.append(Issue("up_to_date"))
        return known | {"action": "update" if changes else "skip", "changes": changes or False}

    def _get_changes(self, member, key, row_values):
        """Return what the row would change on a known member: field to [before, after], as JSON can hold them."""
        changes = {}
        wanted = {name: row_values[name] for name in DIRECT_FIELDS if row_values.get(name)}
        wanted |= {"import_key": key} if not member.import_key else {}
        if self.update_mode == "fill" and member.date_joined:
            wanted.pop("date_left", None)  # whether somebody has left is not a blank to fill in
        for name, value in wanted.items():
            before = _plain(member[name])
            is_same = phone_key(before) == phone_key(value) if name == "phone" and before else before == value
            if not is_same and (self.update_mode == "overwrite" or not before):
                changes[name] = [before, value]
        return changes

    def _describe(self, row, person):
        row_values = to_json(row.values)
        return {
            "values": row_values,
            "name": row_values.get("name"),
            "email": person.email or False,
            "phone": person.phone or False,
            "birthdate": row_values.get("birthdate"),
            "external_key": row.key,
            "section": row.section,
            "needs_link": row.is_importable and any(row_values.get(name) for name in LINK_FIELDS),
            "issues": [issue.to_dict() for issue in row.issues],
            "warning_count": len(row.issues),
        }

    def _find_known_members(self, people):
        """Return the members of the company, seen by the user, who could be some of ``people``, with two queries."""
        emails = [person.email for person in people if person.email]
        phones = [person.phone for person in people if person.phone]
        born = [person for person in people if person.birthdate]
        # contacts first, so that each table is searched by its own indexes; the members' own rules apply afterwards
        contacts_sudo = self.env["res.partner"].sudo().with_context(active_test=False)
        contacts_sudo = contacts_sudo.search(
            Domain("email_normalized", "in", emails) | Domain("phone_sanitized", "in", phones)
        )
        domain = Domain("company_id", "=", self.company_id.id) & (
            Domain("import_key", "in", [person.key for person in people])
            | Domain("partner_id", "in", contacts_sudo.ids)
            | Domain("birthdate", "in", [person.birthdate for person in born])
            & Domain("name_key", "in", [name_key(person.name) for person in born])
        )
        names = ["name", "email_normalized", "phone_sanitized", "birthdate", "import_key", "merged_into_id"]
        members = self.env["gym.member"].with_context(active_test=False).search_fetch(domain, names, order="id")
        return PeopleIndex(
            matching.Person(
                (member.merged_into_id or member).id,
                member.name,
                member.email_normalized or "",
                member.phone_sanitized or "",
                member.birthdate or None,
                member.import_key or "",
            )
            for member in members
        )

    def _find_hidden_keys(self, keys):
        """Return those of ``keys`` that members of the company have whom the user does not see."""
        members = self.env["gym.member"].with_context(active_test=False)
        domain = [("company_id", "=", self.company_id.id), ("import_key", "in", keys)]
        every_sudo = members.sudo().search_fetch(domain, ["import_key"])
        return set((every_sudo - members.search(domain).sudo()).mapped("import_key")) if every_sudo else set()

    def _find_earlier_lines(self, people, lines):
        """Return the people of the lines checked before ``lines`` who could be some of ``people``."""
        earlier = self._next_lines(
            Domain("line_number", "<", min(lines.mapped("line_number")))
            & Domain("action", "!=", "error")
            & Domain("same_as_line", "=", 0)
            & (
                Domain("external_key", "in", [person.key for person in people])
                | Domain("email", "in", [person.email for person in people if person.email])
                | Domain("phone", "in", [person.phone for person in people if person.phone])
                | Domain("birthdate", "in", [person.birthdate for person in people if person.birthdate])
            ),
            limit=None,
        )
        return PeopleIndex(line._to_person() for line in earlier)

    # === FAMILIES === #

    def _check_links(self):
        """Tell of each guardian's address that nobody in the file or among the members has."""
        lines = self._next_lines([("needs_link", "=", True)], limit=None)
        open_lines = lines.filtered(
            lambda line: line.values.get("guardian_email") and not line.values.get("guardian_name")
        )
        if not open_lines:
            return
        emails = list({line.values["guardian_email"] for line in open_lines})
        known = set(self._next_lines([("email", "in", emails), ("action", "!=", "error")], limit=None).mapped("email"))
        known |= set(
            self.env["gym.member"]
            .search([("email_normalized", "in", emails), ("company_id", "=", self.company_id.id)])
            .mapped("email_normalized")
        )
        header = self._get_header("guardian_email")
        for line in open_lines:
            if line.values["guardian_email"] not in known:
                line._add_issues(Issue("guardian_unknown", WARNING, header, line.values["guardian_email"]))


class PeopleIndex:
    """People by all that could make them match, so that each row is compared with a few of them only."""

    def __init__(self, people=()):
        self._by_fact = {}
        for person in people:
            self.add(person)

    @property
    def refs(self):
        """What all these people are known by."""
        return [person.ref for people in self._by_fact.values() for person in people.values()]

    def add(self, person):
        for fact in self._get_facts(person):
            self._by_fact.setdefault(fact, {})[person.ref] = person

    def near(self, person):
        """Return the people who share a fact with ``person``, in the order they were added."""
        found = {}
        for fact in self._get_facts(person):
            found |= self._by_fact.get(fact, {})
        return list(found.values())

    def _get_facts(self, person):
        facts = {"key": person.key, "email": person.email, "phone": person.phone, "birth": person.birthdate}
        return [(kind, fact) for kind, fact in facts.items() if fact]


def _to_person(row):
    return matching.Person(
        row.line,
        row.values.get("name", ""),
        row.values.get("email", ""),
        phone_key(row.values.get("phone")),
        row.values.get("birthdate"),
        row.key,
    )


def _plain(value):
    """Return a field's value as JSON can hold it."""
    if isinstance(value, models.BaseModel):
        return value.id
    return fields.Date.to_string(value) if hasattr(value, "year") else value
