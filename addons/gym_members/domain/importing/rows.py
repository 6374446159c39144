"""One row of a file: from texts to typed values with everything that has to be said about them."""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import islice

from ..identity import birthdate_of_curp
from ..search import normalise
from . import dates, statuses, values
from .columns import WODIFY, meaning, meanings_of
from .issues import ERROR, WARNING, Issue, UnreadableValue

# Beginnings of the lines that reports add, as ``normalise`` writes them.
_NO_PERSON = re.compile(
    r"(?:gran |grand |sub ?)?total(?:es)?(?:$| (?:de|del|general|generales|socios|miembros|alumnos)\b| \w+ \d+$| \d+$)"
    r"|sub ?total(?:es)?\b|(?:pagina|pag|page) \d+"
    r"|(?:suma|promedio|resumen|conteo|cuenta|saldo|importe|monto)(?:$| (?:de|del|total|final|mensual|general)\b| \d+$)"
    r"|(?:generado|impreso|emitido|elaborado|generated|printed) "
    r"|(?:fecha|hora) de (?:impresion|emision|reporte)|(?:listado|reporte|report) (?:de|of)\b"
    r"|fin(?:$| del? (?:reporte|listado|archivo)\b)|end of (?:report|file|list)\b"
    r"|\d+ (?:registros|socios|records|members)$|(?:registros|records) \d+"
)
_PHONE = re.compile(r"\+?(?:[\s().-]*\d){10,13}")
# What a lone cell says that is no name: the gym's own head, an address of the web, a date, a version.
_LONE = re.compile(
    r".*\d|(?:https?|www)\b|(?:socios|miembros|clientes|alumnos|members) \w"
    r"|(?:lista|listado|relacion|padron|directorio) del? |waiting list$"
    r"|.*\b(?:gimnasios?|gyms?|fitness|crossfit|club deportivo|s a de c ?v|sa de cv)\b"
)
# What templates write below their headers, about them.
_ABOUT_COLUMNS = frozenset(
    ("obligatorio", "opcional", "requerido", "required", "optional", "mandatory", "texto", "text", "numero", "number",
     "fecha", "date", "string", "varchar", "int", "integer", "char", "datetime")
)  # fmt: skip
# Customers of tills who are nobody.
_NOBODY = frozenset(
    ("publico en general", "publico general", "venta de mostrador", "venta mostrador", "mostrador",
     "cliente mostrador", "cliente de mostrador", "cliente general", "cliente generico", "venta publico en general",
     "walk in", "walk in client")
)  # fmt: skip
# Where people write what they have no column for
_REMARKS = frozenset(("notes", "tags", "plan"))
NAME_FIELDS = ("name", "first_name", "middle_name", "last_name", "second_last_name")
_SUMS = frozenset("Σ∑")
_EXAMPLE = frozenset(("ejemplo", "ejemplos", "example", "ej", "por ejemplo"))
# What people write beside a name: "Ana (baja)", "*BAJA* Ana", "Ana - baja 2025"
_NAME_REMARK = re.compile(r"[(\[*]([^)\]*]+)[)\]*]|\s[-–—]\s*(.+)$")
_REMARK = re.compile(r"[(\[].*[)\]]")
_GROUP = re.compile(r"[^:]{2,40}:.*|[-=_*. ]{3,}")
NO_NAMES = frozenset(
    ("sin nombre", "no name", "n a", "n d", "nan", "desconocido", "desconocida", "unknown", "sin dato")
)

# The day 0 of many programs; somebody may be born on it, and who left on it has left.
_EXCEL_YEAR = 1900
_EPOCH, _OF_1970 = date(1970, 1, 1), frozenset(("birthdate", "date_left"))
ADULT_AGE = 18
OLDEST_AGE = 120


@dataclass
class RowResult:
    """What a row says.

    :param int line: line of the file
    :param dict values: field code to value; empty ones are absent
    :param str key: ``source:id``, the same whenever this person is imported again
    :param bool has_source_id: whether ``key`` comes from an id of the source rather than from the person's data
    :param list issues: :class:`~.issues.Issue`, in the order of the columns
    :param bool has_unknown_status: whether the row has a word for its status that nobody has explained
    :param str section: the title that the row is for those below it
    """

    line: int
    values: dict = field(default_factory=dict)
    key: str = ""
    has_source_id: bool = False
    issues: list = field(default_factory=list)
    has_unknown_status: bool = False
    section: str = ""

    @property
    def is_importable(self):
        return not any(issue.severity == ERROR for issue in self.issues)

    @property
    def is_member(self):
        """Whether the old system counts this person as a member for sure: a status not understood is no yes."""
        if self.has_unknown_status or self.values.get("date_left"):
            return False
        return self.values.get("status") in statuses.MEMBERS | {None}


class RowParser:
    """Reads the rows of one file, whose columns, date order and habits are known.

    :param dict fields: code to :class:`~.columns.ImportField`
    :param dict mapping: header to code, without the columns that are not imported
    :param str source: one of :data:`~.columns.SOURCES`
    :param str order: :data:`~.dates.DMY` or :data:`~.dates.MDY`
    :param meaning_of_m: what a lone M means as gender, see :func:`~.values.m_means`
    :param date today: civil date on which the import happens
    :param is_formula: tells whether a spreadsheet would take a text for a formula
    :param dict meanings: what words for a status mean in this file, see :func:`~.statuses.parse_status`
    :param shared_ids: ids of the source that several people of the file bear
    :param str section: title above the rows that come; it changes with those among the rows
    """

    def __init__(
        self,
        fields,
        mapping,
        source,
        order,
        today,
        is_formula,
        meaning_of_m=None,
        meanings=None,
        shared_ids=(),
        section="",
    ):
        self.fields = fields
        self.mapping = mapping
        self.source = source
        self.today = today
        self.section = section
        self.shared_ids = frozenset(shared_ids)
        self._by_key = meanings_of(fields.values())
        self._is_formula = is_formula
        self._parsers = {
            "text": values.parse_text,
            "code": values.parse_code,
            "zip": values.parse_zip,
            "email": values.parse_email,
            "phone": values.parse_phone,
            "rfc": values.parse_rfc,
            "curp": values.parse_curp,
            "amount": values.parse_amount,
            "integer": values.parse_integer,
            "boolean": values.parse_boolean,
            "status": lambda text: statuses.parse_status(text, meanings),
            "gender": lambda text: values.parse_gender(text, meaning_of_m),
            "date": lambda text: dates.parse_date(text, order, today=today),
        }

    def parse(self, line, cells):
        """Return the :class:`RowResult` of one row.

        :param dict cells: header to text
        """
        row = RowResult(line)
        cells = dict.fromkeys(self.mapping, "") | {header: values.clean_cell(text) for header, text in cells.items()}
        if self._is_no_person(cells):
            observed = next(text for text in cells.values() if text)
            row.issues.append(Issue("not_a_person", ERROR, observed=observed, params={"observed": observed}))
            if statuses.says_left(observed) is not None:
                self.section = row.section = observed
            row.key = f"{self.source}:line {line}"
            return row
        for header, code in self.mapping.items():
            if code in self.fields and cells.get(header):
                self._read_cell(row, header, self.fields[code], cells[header])
        self._compose_name(row)
        self._check_birth(row)
        self._settle_membership(row)
        self._settle_family(row)
        if row.values.get("external_id") in self.shared_ids:
            self._tell(row, "id_shared", "external_id")
            del row.values["external_id"]
        row.has_source_id = bool(row.values.get("external_id"))
        row.key = f"{self.source}:{row.values.get('external_id') or fingerprint(row.values)}"
        return row

    def identify(self, cells):
        """Return the id and the name of a row, for :func:`~.matching.shared_keys`; both may be empty.

        :param dict cells: header to text
        """
        facts = {code: values.clean_cell(cells.get(header)) for header, code in self.mapping.items()}
        try:
            key = values.parse_code(facts.get("external_id"))
        except UnreadableValue:
            key = None
        return key, " ".join(facts[code] for code in NAME_FIELDS if facts.get(code))

    def _is_no_person(self, cells):
        """Tell whether a row is no person; headers in another language stand where a name would."""
        if is_no_person(cells):
            return True
        names = [text for header, text in cells.items() if text and self.mapping.get(header) in NAME_FIELDS]
        if not names or not all(meaning(name, self._by_key) for name in names):
            return False
        return sum(meaning(text, self._by_key) is not None for text in cells.values() if text) > 1

    def _read_cell(self, row, header, field_, text):
        if field_.kind == "ignored":
            return
        repaired = values.repair(text)
        if repaired != text:
            row.issues.append(Issue("text_repaired", WARNING, header, text, {"text": repaired}))
            text = repaired
        try:
            value = self._parsers[field_.kind](text)
            if _is_day_of_a_program(value, field_.code):
                raise UnreadableValue("date_placeholder")
        except UnreadableValue as error:
            self._leave_out(row, header, field_, text, error.code)
            return
        if value is None:
            return
        if self._is_shortened(field_, text, value):
            row.issues.append(Issue(f"{field_.kind}_shortened", WARNING, header, text, {"taken": value}))
        if field_.is_past and value > self.today and not re.search(r"\d{4}", text) and value.year - 100 > 1900:
            value = value.replace(year=value.year - 100)  # "05/03/28" as a birth date is 1928, not 2028
        row.values[field_.code] = value
        if field_.code in _REMARKS and statuses.means_left(text):
            self._tell_left(row, header, text)

    def _is_shortened(self, field_, text, value):
        if field_.kind == "phone":
            return values.is_phone_shortened(text, value)
        return field_.kind == "email" and values.is_email_shortened(text)

    def _leave_out(self, row, header, field_, text, code):
        """Say that a cell is not taken; nobody is billed of whom it is not known whether they left."""
        if field_.code == "has_left" or (field_.code == "date_left" and code != "date_placeholder"):
            code, row.has_unknown_status = "left_unclear" if field_.code == "has_left" else "leaving_unreadable", True
        row.has_unknown_status |= field_.code == "status"
        row.issues.append(Issue(code, WARNING, header, text))
        if code not in ("left_unclear", "status_unknown") and statuses.means_left(text):
            self._tell_left(row, header, text)

    def _tell_left(self, row, header, text):
        """Begin nothing for somebody of whom a cell that holds something else says that they left."""
        row.has_unknown_status = True
        row.issues.append(Issue("left_unclear", WARNING, header, text))

    def _header_of(self, code):
        return next((header for header, mapped in self.mapping.items() if mapped == code), "")

    def _tell(self, row, code, about="", severity=WARNING, **params):
        observed = row.values.get(about, "")
        row.issues.append(Issue(code, severity, self._header_of(about), _as_text(observed), params))

    def _compose_name(self, row):
        parts = [row.values.pop(code, None) for code in NAME_FIELDS[1:]]
        name = row.values.pop("name", None) or ""
        if name.count(",") == 1:
            name = " ".join(part.strip() for part in reversed(name.split(",")))  # "López Ruiz, Ana"
        last = " ".join(part for part in parts[1:] if part)
        if name and last and not parts[0] and normalise(last) not in normalise(name):
            name = f"{name} {last}"  # "Nombre del socio" beside "Apellido paterno" is the first name
        elif parts[0] or not name:
            name = " ".join(part for part in parts if part)
        if self._is_formula(name):
            self._tell_formula(row, name)
        elif not any(sign.isalpha() for sign in name) or normalise(name) in NO_NAMES:
            self._tell(row, "name_missing", severity=ERROR)
        else:
            row.values["name"] = name
            remarks = (remark[1] or remark[2] for remark in _NAME_REMARK.finditer(name))
            if statuses.marks_left(name) or any(map(statuses.means_left, remarks)):
                self._tell_left(row, self._header_of("name") or self._header_of("first_name"), name)
        if "phone_other" in row.values:
            if row.values.setdefault("phone", row.values["phone_other"]) != row.values["phone_other"]:
                self._tell(row, "phone_other_left_out", "phone_other")
            del row.values["phone_other"]

    def _tell_formula(self, row, name):
        """Keep out a name that a spreadsheet would take for a formula."""
        row.values["name"] = name  # to show which row it is
        row.issues.append(Issue("name_formula", ERROR, self._header_of("name") or self._header_of("first_name"), name))

    def _check_birth(self, row):
        birthdate, curp = row.values.get("birthdate"), row.values.get("curp")
        if birthdate and (birthdate > self.today or age_on(birthdate, self.today) >= OLDEST_AGE):
            self._tell(row, "birthdate_impossible", "birthdate")
            del row.values["birthdate"]
        elif birthdate and curp and birthdate_of_curp(curp) != birthdate:
            self._tell(row, "curp_birthdate_differ", "curp", birthdate=birthdate.isoformat())

    def _settle_membership(self, row):
        """Make the joining and leaving dates agree with the status; what lies ahead is not yet a fact."""
        if row.values.pop("has_left", False):
            self._settle_flag(row)
        status = row.values.get("status")
        if not status and statuses.says_left(self.section):
            row.has_unknown_status = True
            self._tell(row, "section_left", title=self.section)
        joined, left = row.values.get("date_joined"), row.values.get("date_left")
        if joined and joined > self.today:
            self._tell(row, "joins_later", "date_joined")
        if joined and left and left < joined:
            self._tell(row, "left_before_joined", "date_left", joined=joined.isoformat())
            row.has_unknown_status |= status is None
            del row.values["date_left"]
            left = None
        if status == "prospect":
            row.values.pop("date_joined", None)
            row.values.pop("date_left", None)
            return
        if status and not joined:
            row.values["date_joined"] = min(left or self.today, self.today)
            self._tell(row, "joined_unknown", "status", day=row.values["date_joined"].isoformat())
        self._settle_leaving(row, status, left)

    def _settle_flag(self, row):
        """Take "Cancelado: sí" for having left; beside a status that says otherwise nothing begins."""
        if row.values.get("status") in statuses.MEMBERS:
            row.has_unknown_status = True
            self._tell(row, "left_or_active", "status")
        else:
            row.values["status"] = statuses.FORMER

    def _settle_leaving(self, row, status, left):
        if left and left > self.today:
            self._tell(row, "leaves_later", "date_left")
            row.values["date_leaving"] = row.values.pop("date_left")
        elif status == "former" and not left:
            row.values["date_left"] = max(self.today, row.values["date_joined"])
            self._tell(row, "left_unknown", "status", day=row.values["date_left"].isoformat())
        elif left and status in ("active", "trial", "past_due", "frozen"):
            self._tell(row, "left_but_active", "status", left=left.isoformat())
            row.values.pop("date_left")
        if status == "frozen":
            self._tell(row, "paused", "status")

    def _settle_family(self, row):
        has_guardian = row.values.get("guardian_email") or row.values.get("guardian_name")
        if self.source == WODIFY and not row.values.get("email"):
            row.values["is_dependant"] = True  # Wodify leaves the e-mail of dependants empty
        birthdate = row.values.get("birthdate")
        if birthdate and not has_guardian and 0 <= age_on(birthdate, self.today) < ADULT_AGE:
            self._tell(row, "minor_without_guardian", "birthdate")
        if not row.values.get("email") and not row.values.get("phone") and not has_guardian:
            self._tell(row, "no_contact")


def _is_day_of_a_program(value, code):
    """Tell whether a date is the day 0 of a program, or one of the year 1900, of which numbers are shown as dates."""
    if not isinstance(value, date):
        return False
    return value == _EPOCH and code not in _OF_1970 or value.year == _EXCEL_YEAR and code != "birthdate"


def is_no_person(cells):
    """Tell whether a row is a total, a group, a page's head or foot, the headers repeated, or about the columns.

    :param dict cells: header to text; a row with an e-mail address is always somebody
    """
    filled = {header: text for header, text in cells.items() if text}
    words = [normalise(text) for text in islice(filled.values(), 3)]  # a row's beginning says what it is
    if not filled or words[0] in _EXAMPLE or not _NOBODY.isdisjoint(words):
        return bool(filled)
    if any("@" in text for text in filled.values()):
        return False
    if all(_REMARK.fullmatch(text) or normalise(text) in _ABOUT_COLUMNS for text in filled.values()):
        return True
    repeated = sum(header.casefold() == " ".join(text.casefold().split()) for header, text in filled.items())
    if repeated >= 2 and repeated * 2 >= len(filled):
        return True
    if any(_PHONE.fullmatch(text) for text in filled.values()):
        return False
    is_lone = len(filled) == 1 < len(cells)
    return (
        len(filled) <= max(3, len(cells) // 2)
        and any(_NO_PERSON.match(word) for word in words[:2])
        or next(iter(filled.values())).strip() in _SUMS
        or (is_lone and _is_title(next(iter(filled.values()))))
    )


def _is_title(text):
    """Tell whether a cell that stands alone is no name."""
    return bool(_GROUP.fullmatch(text) or _LONE.match(normalise(text)) or statuses.says_left(text) is not None)


def age_on(birthdate, day):
    """Return completed years; someone born on 29 February turns a year older on 1 March."""
    return day.year - birthdate.year - ((day.month, day.day) < (birthdate.month, birthdate.day))


def fingerprint(row_values):
    """Return a key for a person whose source gives no id: stable while name, contact and birth date stay the same."""
    facts = (
        normalise(row_values.get("name")) or (row_values.get("name") or "").casefold(),
        row_values.get("email") or "",
        values.phone_key(row_values.get("phone")),
        _as_text(row_values.get("birthdate") or ""),
    )
    return "~" + hashlib.sha256("|".join(facts).encode()).hexdigest()[:20]


def to_json(row_values):
    """Return the values as JSON can hold them: dates in ISO form, amounts as text."""
    return {code: _as_text(value) if isinstance(value, date | Decimal) else value for code, value in row_values.items()}


def _as_text(value):
    return value.isoformat() if isinstance(value, date) else str(value)
