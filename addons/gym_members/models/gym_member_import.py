import base64
import logging

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from odoo.addons.queue_job.exception import RetryableJobError

from ..domain.importing import columns, dates, values
from ..domain.importing.issues import UnreadableFile
from ..services.table_reader import read_table_apart
from .gated import without_defaults
from .gym_member_import_texts import file_error

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

WORKING = ("checking", "running", "undoing")
CHANGEABLE = ("draft", "mapping", "checked")
# What decides how rows are read; changing it makes an earlier check worthless.
OPTIONS = {"location_id", "source", "date_order", "update_mode", "column_ids"}
# A file of this many rows is checked while the person waits; a bigger one in the background.
WAIT_ROWS = 500

LABELS = {
    "external_id": _lt("Id in the old system"),
    "name": _lt("Full name"),
    "first_name": _lt("First name"),
    "middle_name": _lt("Middle name"),
    "last_name": _lt("Last name (paternal)"),
    "second_last_name": _lt("Second last name (maternal)"),
    "email": _lt("E-mail"),
    "phone": _lt("Mobile phone"),
    "phone_other": _lt("Other phone, if there is no mobile"),
    "birthdate": _lt("Birth date"),
    "gender": _lt("Gender"),
    "vat": _lt("RFC"),
    "curp": _lt("CURP"),
    "street": _lt("Street and number"),
    "street2": _lt("Neighbourhood (colonia)"),
    "city": _lt("City"),
    "state": _lt("State"),
    "zip": _lt("ZIP"),
    "location": _lt("Branch"),
    "status": _lt("Status"),
    "has_left": _lt("Has left (yes or no)"),
    "date_joined": _lt("Joining date"),
    "date_left": _lt("Leaving date"),
    "emergency_name": _lt("Emergency contact"),
    "emergency_phone": _lt("Emergency phone"),
    "emergency_relation": _lt("Emergency relationship"),
    "is_dependant": _lt("Is a dependant"),
    "guardian_name": _lt("Guardian's name"),
    "guardian_email": _lt("Guardian's e-mail"),
    "guardian_phone": _lt("Guardian's phone"),
    "payer_external_id": _lt("Payer's id in the old system"),
    "payer_email": _lt("Payer's e-mail"),
    "tags": _lt("Tags"),
    "notes": _lt("Notes"),
    "marketing": _lt("Not imported: marketing consent, ask for it again"),
    "health": _lt("Not imported: health data"),
    "card": _lt("Not imported: cards and bank accounts"),
}


class GymMemberImport(models.Model):
    """Members from a file of another system: read, mapped, checked without writing, run in the background, undoable.

    The work is done in chunks, each one job and one transaction that also plans the next: a job that dies takes its own
    chunk back and is repeated, nothing more. See ``gym_member_import_check.py``, ``_run.py`` and ``_undo.py``; another
    addon adds columns by the hooks :meth:`_get_import_fields`, :meth:`_get_import_labels`, :meth:`_check_extras`,
    :meth:`_apply_extras` and :meth:`_undo_extras`.
    """

    _name = "gym.member.import"
    _description = "Member Import"
    _inherit = ["gym.relation.guard"]
    _order = "id desc"

    name = fields.Char(string="File Name", required=True)
    file = fields.Binary(required=True, attachment=True, copy=False, help="CSV or XLSX, up to 20 MB and 100,000 rows.")
    location_id = fields.Many2one(
        "gym.location",
        string="Branch",
        required=True,
        index=True,
        ondelete="cascade",
        domain="[('kind', '=', 'branch')]",
        default=lambda self: self.env["gym.member"]._default_location_id(),
        help="Home branch of the rows that name none.",
    )
    company_id = fields.Many2one(related="location_id.company_id", store=True, index=True)
    source = fields.Selection(
        [
            (columns.MINDBODY, "Mindbody"),
            (columns.GLOFOX, "Glofox"),
            (columns.GYMMASTER, "GymMaster"),
            (columns.WODIFY, "Wodify"),
            (columns.PUSHPRESS, "PushPress"),
            (columns.GENERIC, "Spreadsheet"),
        ],
        string="Comes From",
        help="Recognised by the headers. It is part of what identifies a person when you import them again.",
    )
    date_order = fields.Selection(
        [(dates.DMY, "Day first (25/12/1990)"), (dates.MDY, "Month first (12/25/1990)")], string="Dates in the File"
    )
    date_evidence = fields.Json()
    date_hint = fields.Char(compute="_compute_date_hint")
    update_mode = fields.Selection(
        [
            ("fill", "Fill in what they lack"),
            ("overwrite", "The file is right"),
            ("skip", "Leave them as they are"),
        ],
        string="People Already Here",
        default="fill",
        required=True,
    )
    meaning_of_m = fields.Char()
    shared_ids = fields.Json(
        string="Ids of Several People",
        readonly=True,
        help="Ids in the old system that several people of the file have.",
    )
    section = fields.Char(
        string="Title of the List", readonly=True, help="Says whether it is the list of former members."
    )
    sheet = fields.Char(copy=False, help="Write the name of another sheet of the file and read the file again.")
    sheet_names = fields.Char(string="Sheets in the File", readonly=True, copy=False)
    encoding = fields.Char(readonly=True)
    column_ids = fields.One2many("gym.member.import.column", "import_id", string="Columns")
    line_ids = fields.One2many("gym.member.import.line", "import_id", string="Rows")

    state = fields.Selection(
        [
            ("draft", "Upload"),
            ("mapping", "Columns"),
            ("checking", "Checking"),
            ("checked", "Checked"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("cancelled", "Stopped"),
            ("undoing", "Undoing"),
            ("undone", "Undone"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    resume_state = fields.Char(copy=False, help="What was going on when it stopped or failed.")
    error_message = fields.Text(readonly=True, copy=False)
    finished_at = fields.Datetime(string="Last Step Ended", readonly=True, copy=False)
    line_count = fields.Integer(compute="_compute_counts")
    create_count = fields.Integer(compute="_compute_counts", string="New")
    update_count = fields.Integer(compute="_compute_counts", string="Updates")
    skip_count = fields.Integer(compute="_compute_counts", string="Skipped")
    error_count = fields.Integer(compute="_compute_counts", string="Errors")
    warning_count = fields.Integer(compute="_compute_counts", string="With Remarks")
    kept_count = fields.Integer(compute="_compute_counts", string="Not Undone")
    progress = fields.Float(compute="_compute_counts", help="Per cent of the rows of the current step.")

    # === HOOKS === #

    @api.model
    def _get_import_fields(self):
        """Return what columns may hold: dict of code to ``domain.importing.columns.ImportField``.

        Hook: an addon adds its own (super first), with a label in :meth:`_get_import_labels`. The parsed value is in
        ``line.values[code]``: dates in ISO form, amounts as text.
        """
        return {field.code: field for field in columns.MEMBER_FIELDS}

    @api.model
    def _get_import_labels(self):
        """Return the choices of a column: list of (code, label), in the user's language. Hook, with super first."""
        return [(code, self.env._(label)) for code, label in LABELS.items()]  # pylint: disable=gettext-variable

    def _check_extras(self, rows):
        """Complete ``rows`` (list of ``RowResult``) of one chunk in the dry run: resolve values, append issues.

        Hook: takes any number of rows, calls super, writes nothing but ``row.values`` and ``row.issues``.
        """

    def _apply_extras(self, lines):
        """Apply the further values of ``lines``, all with their ``member_id``, after the members are saved.

        Hook: batch, super first. An exception takes back the whole chunk, which is then repeated row by row, so that
        only the rows that fail stay out. A skipped row comes here too when it is somebody known (``action``).
        """

    def _has_work(self):
        """Tell whether running would do anything. Hook: an addon with extras for known members adds its own."""
        self.ensure_one()
        return bool(self.create_count or self.update_count)

    def _undo_extras(self, lines):
        """Take back what :meth:`_apply_extras` did for ``lines``. Hook, called before the members are removed."""

    # === COMPUTE === #

    @api.depends("date_evidence", "date_order")
    def _compute_date_hint(self):
        for job in self:
            facts = job.date_evidence or {}
            if not facts:
                job.date_hint = False
            elif facts.get("ambiguous") and bool(facts.get("day_first")) == bool(facts.get("month_first")):
                job.date_hint = self.env._(
                    "“%(example)s” and %(ambiguous)s dates like it can be read both ways; %(day_first)s begin with the "
                    "day for sure and %(month_first)s with the month. Choose.",
                    **facts,
                )
            else:
                job.date_hint = self.env._(
                    "%(day_first)s dates begin with the day for sure, %(month_first)s with the month.", **facts
                )

    def _compute_counts(self):
        groups = self.env["gym.member.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "action", "state"],
            ["__count", "warning_count:count_distinct"],
        )
        remarks = dict(
            self.env["gym.member.import.line"]._read_group(
                [("import_id", "in", self.ids), ("warning_count", ">", 0)], ["import_id"], ["__count"]
            )
        )
        for job in self:
            mine = [(action, state, count) for owner, action, state, count, _w in groups if owner == job]
            job.line_count = sum(count for *_key, count in mine)
            for action in ("create", "update", "skip", "error"):
                job[f"{action}_count"] = sum(count for found, _state, count in mine if found == action)
            job.kept_count = sum(count for _action, state, count in mine if state == "kept")
            job.warning_count = remarks.get(job, 0)
            job.progress = job._progress_of(mine)

    def _progress_of(self, groups):
        """Return the per cent of rows that are through the current step; ``groups`` are (action, state, count)."""
        todo = {"checking": "pending", "running": "checked", "undoing": "applied"}.get(self.state)
        relevant = [(state, count) for action, state, count in groups if self.state == "checking" or action != "error"]
        total = sum(count for _state, count in relevant)
        left = sum(count for state, count in relevant if state == todo)
        return 100.0 * (total - left) / total if total else 0.0

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any({"state", "resume_state"} & vals.keys() for vals in vals_list):
            raise AccessError(self.env._("An import moves on by its buttons only."))
        if not self.env.su:
            self = without_defaults(self, {"state", "resume_state", "line_ids"})
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and {"state", "resume_state", "line_ids"} & vals.keys():
            raise AccessError(self.env._("An import moves on by its buttons only."))
        changes = (OPTIONS | {"file", "sheet"}) & vals.keys()
        if changes and not self.env.su:
            self._check_can_change()
        result = super().write(vals)
        if "file" in vals:
            self.sudo().write({"state": "draft", "sheet": False, "sheet_names": False})
        elif "sheet" in vals and not self.env.su:
            self.sudo().write({"state": "draft"})
        elif changes and not self.env.su:
            self._back_to_mapping()
        return result

    def _check_can_change(self):
        if any(job.state not in CHANGEABLE for job in self):
            raise UserError(self.env._("This import has already begun. Make a new one for another file or mapping."))

    def _back_to_mapping(self):
        self.sudo().filtered(lambda job: job.state == "checked").write({"state": "mapping"})

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_used(self):
        for job in self:
            if job.line_ids.filtered(lambda line: line.state == "applied") and not self.env.su:
                raise UserError(
                    self.env._("%(file)s has brought members in: undo it first, then delete it.", file=job.name)
                )

    # === BUTTONS === #

    def action_read(self):
        """Read the file and propose what its columns are."""
        self._begin("draft", "mapping", "checked")
        table = self._read_table()
        if self.sheet and table.sheet != self.sheet:
            raise UserError(
                self.env._(
                    "The file has no sheet “%(sheet)s” with rows. It has: %(sheets)s.",
                    sheet=self.sheet,
                    sheets=", ".join(table.sheets),
                )
            )
        source = self.source if self.source and self.column_ids else columns.detect_source(table.headers)
        import_fields = self._get_import_fields()
        mapping = columns.suggest_mapping(table.headers, import_fields.values(), source)
        found = self._detect_dates(table, mapping, import_fields)
        gender = next((header for header, code in mapping.items() if code == "gender"), None)
        self.sudo().column_ids.unlink()
        self.sudo().write(
            {
                "state": "mapping",
                "source": source,
                "encoding": table.encoding,
                "sheet": table.sheet,
                "sheet_names": ", ".join(table.sheets),
                "date_order": found.order
                or columns.DOCUMENTED_DATE_ORDER.get(source)
                or (False if found.must_ask else dates.DMY),
                "date_evidence": {
                    "day_first": found.day_first,
                    "month_first": found.month_first,
                    "ambiguous": found.ambiguous,
                    "example": found.example,
                },
                "meaning_of_m": values.m_means(table.column(gender)) if gender else False,
                "column_ids": [
                    (0, 0, {"sequence": place, "header": header, "sample": _sample(table, header), "field_code": code})
                    for place, (header, code) in enumerate(mapping.items())
                ],
            }
        )

    def action_check(self):
        """Begin the dry run: every row is read and matched, nothing is written but the result of the check."""
        self._begin("mapping", "checked", "cancelled", "failed")
        if not self.date_order:
            raise UserError(
                self.env._("Choose whether the dates of the file begin with the day or the month. %s", self.date_hint)
            )
        if self.state not in ("mapping", "checked") and self.line_ids.filtered(lambda line: line.state == "applied"):
            raise UserError(self.env._("Some rows are already in. Continue, or undo the import."))
        self._check_mapping()
        self.sudo().line_ids.unlink()
        self.sudo().write({"state": "checking", "error_message": False})
        self._create_lines()
        if len(self.line_ids) <= WAIT_ROWS:
            while self.state == "checking":
                self._process_chunk()
        else:
            self._plan_next()

    def action_run(self):
        """Bring the checked rows in, in the background."""
        self._begin("checked")
        if not self._has_work():
            raise UserError(self.env._("Nothing to import: every row is up to date."))
        self.sudo().write({"state": "running", "error_message": False})
        self._plan_next()

    def action_cancel(self):
        """Stop after the rows being worked on; what is done stays, and can be continued or undone."""
        self._begin(*WORKING)
        self.sudo().write({"resume_state": self.state, "state": "cancelled"})

    def action_resume(self):
        """Continue where it stopped or failed; rows that are through are not touched again."""
        self._begin("cancelled", "failed")
        self.sudo().write({"state": self.resume_state or "running", "error_message": False})
        self._plan_next()

    def action_undo(self):
        """Take the whole import back, in the background: what it created goes, what it changed is restored."""
        self._begin("done", "cancelled", "failed")
        self.sudo().write({"state": "undoing", "error_message": False})
        self._plan_next()

    def action_open_lines(self):
        """Open the rows, filtered by what happens to them (context key ``line_filter``)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("gym_members.gym_member_import_line_action")
        chosen = self.env.context.get("line_filter")
        return action | {
            "domain": [("import_id", "=", self.id)],
            "context": {f"search_default_{chosen}": 1} if chosen else {},
        }

    def _begin(self, *states):
        """Check that the user may work on this one import and that it is in one of ``states``."""
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if self.state not in states:
            raise UserError(
                self.env._("This cannot be done now: the import is at “%(state)s”. Reload the page.", state=self.state)
            )

    # === READING === #

    def _read_table(self):
        """Return the :class:`~..domain.importing.reader.Table` of the file, read by a process of its own."""
        self._take_reading_turn()
        try:
            content = base64.b64decode(self.with_context(bin_size=False).file)
            return read_table_apart(content, sheet=self.sheet or "", fields=self._get_import_fields().values())
        except UnreadableFile as error:
            raise file_error(self.env, error) from error

    def _take_reading_turn(self):
        """Let one file of a company be read at a time, until the end of the transaction: each may take a processor."""
        company = self.company_id
        take = SQL("SELECT pg_try_advisory_xact_lock(hashtext('gym.member.import.read'), %s)", company.id)
        [[is_ours]] = self.env.execute_query(take)
        if not is_ours:
            raise UserError(
                self.env._("Another file of %(company)s is being read. Try again in a minute.", company=company.name)
            )

    def _detect_dates(self, table, mapping, import_fields):
        texts = []
        for header, code in mapping.items():
            if code and import_fields[code].kind == "date":
                texts += table.column(header)
        return dates.detect_order(texts)

    def _check_mapping(self):
        codes = [code for code in self.column_ids.mapped("field_code") if code]
        kinds = self._get_import_fields()
        labels = dict(self._get_import_labels())
        twice = {code for code in codes if codes.count(code) > 1 and kinds[code].kind != "ignored"}
        if twice:
            raise UserError(
                self.env._(
                    "Two columns are imported as %(fields)s. Keep one of them.",
                    fields=", ".join(labels[code] for code in sorted(twice)),
                )
            )
        if not {"name", "first_name", "last_name"} & set(codes):
            raise UserError(self.env._("No column is the name. Choose which one is."))

    # === WORK === #

    def _plan_next(self):
        """Plan the next chunk; planning it twice makes one job, since its key says what is left to do."""
        left = self.line_ids.search_count([("import_id", "=", self.id), ("state", "in", ("pending", "checked"))])
        done = self.line_ids.search_count([("import_id", "=", self.id), ("needs_link", "=", True)])
        applied = self.line_ids.search_count([("import_id", "=", self.id), ("state", "=", "applied")])
        self.with_delay(
            description=self.env._("Import of members: %(file)s", file=self.name),
            identity_key=f"gym.member.import:{self.id}:{self.state}:{left}:{done}:{applied}",
        )._run_chunk()

    def _run_chunk(self):
        """Job: work on one chunk and plan the next. Running it again does what is left, if anything."""
        if self.state not in WORKING:
            return
        if not self._try_advisory_lock():
            raise RetryableJobError("another job works on this import", seconds=5, ignore_retry=True)
        try:
            with self.env.cr.savepoint():
                self._process_chunk()
        except (OperationalError, RetryableJobError):
            raise
        except Exception as error:
            _logger.exception("Import %s failed", self.id)
            self.sudo().write({"state": "failed", "resume_state": self.state, "error_message": str(error)})
            return
        if self.state in WORKING:
            self._plan_next()

    def _try_advisory_lock(self):
        """Take, until the end of the transaction, the right to work on this import; a row lock would block "Stop"."""
        self.env.cr.execute("SELECT pg_try_advisory_xact_lock(hashtext('gym.member.import'), %s)", [self.id])
        return self.env.cr.fetchone()[0]

    def _process_chunk(self):
        {"checking": self._check_chunk, "running": self._run_rows, "undoing": self._undo_chunk}[self.state]()

    def _next_lines(self, domain, limit, order="line_number"):
        """Return in sudo the next lines of this import; only the import writes lines, nobody has the right to."""
        return (
            self.env["gym.member.import.line"]
            .sudo()
            .search([("import_id", "=", self.id), *domain], limit=limit, order=order)
        )

    def _finish(self, state):
        self.sudo().write({"state": state, "finished_at": fields.Datetime.now()})
        self.create_uid.sudo()._bus_send(
            "simple_notification",
            {"type": "info", "message": self.env._("Import of members: %(file)s is ready.", file=self.name)},
        )


def _sample(table, header):
    filled = [text for text in table.column(header)[:50] if text]
    return " · ".join(filled[:3])[:80]
