import logging

from psycopg2 import IntegrityError, OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger

from ..domain.importing.issues import WARNING, Issue
from .gym_member_import import WORKING
from .gym_member_import_check import _plain
from .gym_member_import_run import QUIET

_logger = logging.getLogger(__name__)

UNDO_CHUNK = 500
# The contents of an import are personal data nobody needs for longer; after that it cannot be undone either.
KEEP_DAYS = 90


class GymMemberImport(models.Model):
    """Taking an import back, and forgetting what it read."""

    _inherit = "gym.member.import"

    def _undo_chunk(self):
        lines = self._next_lines([("state", "=", "applied")], UNDO_CHUNK, order="line_number desc")
        self._undo_extras(lines.filtered("member_id"))
        for line in lines.filtered(lambda line: line.action == "update"):
            self._restore(line)
        self._remove_created(lines.filtered(lambda line: line.action == "create"))
        lines.filtered(lambda line: line.action == "skip").write({"state": "undone"})
        if len(lines) < UNDO_CHUNK:
            self._remove_made_guardians()
            self._finish("undone")

    def _restore(self, line):
        """Give a member back what it had, except where somebody has changed it since."""
        member = line.member_id.sudo(False).with_env(self.env).with_context(**QUIET)
        if not member.exists():
            line.state = "undone"
            return
        changes = line.changes or {}
        touched = [name for name, (_before, after) in changes.items() if _plain(member[name]) != after]
        member.write({name: before for name, (before, _after) in changes.items() if name not in touched})
        line.state = "kept" if touched else "undone"
        if touched:
            labels = member.fields_get(touched, attributes=["string"])
            names = ", ".join(labels[name]["string"] for name in touched)
            line._add_issues(Issue("undo_changed", WARNING, params={"fields": names}))

    def _remove_created(self, lines):
        """Remove the members that the lines created, with their contacts, unless something else refers to them."""
        gone = lines.filtered(lambda line: not line.member_id)
        gone.write({"state": "undone"})
        merged = (lines - gone).filtered(lambda line: line.member_id.id != line.created_id)
        merged.write({"state": "kept"})
        merged._add_issues(Issue("undo_merged"))
        lines -= gone | merged
        used = self._find_uses(lines.member_id)
        kept = lines.filtered(lambda line: line.member_id.id in used)
        for line in kept:
            line.state = "kept"
            line._add_issues(
                Issue("undo_in_use", WARNING, params={"where": ", ".join(sorted(used[line.member_id.id]))})
            )
        removable = lines - kept
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._remove(removable)
        except (UserError, IntegrityError):
            for line in removable:
                self._remove_alone(line)

    def _remove_alone(self, line):
        try:
            with self.env.cr.savepoint(), mute_logger("odoo.sql_db"):
                self._remove(line)
        except OperationalError:
            raise
        except (UserError, IntegrityError) as error:
            line.state = "kept"
            line._add_issues(Issue("undo_refused", WARNING, params={"reason": str(error).split("\n")[0]}))

    def _remove(self, lines):
        # sudo: a branch manager may not delete members, but may take back the ones their own import made
        members_sudo = lines.member_id.sudo().with_context(**QUIET, active_test=False)
        partners_sudo = members_sudo.partner_id
        lines.write({"state": "undone", "needs_link": False})
        members_sudo.unlink()
        partners_sudo.unlink()
        self.env.flush_all()

    def _remove_made_guardians(self):
        lines = self._next_lines([("created_partner_id", "!=", False)], limit=None)
        partners_sudo = lines.created_partner_id.with_context(**QUIET)
        used = self._find_references("res_partner", partners_sudo.ids, self._get_own_tables())
        partners_sudo.filtered(lambda partner: partner.id not in used).unlink()

    # === WHO USES IT === #

    def _find_uses(self, members):
        """Return for each member that something else refers to, or whose contact is, the names of those things."""
        members = members.sudo()
        own = self._get_own_tables()
        used = self._find_references("gym_member", members.ids, own)
        by_partner = self._find_references("res_partner", members.partner_id.ids, own)
        outside = self._find_outside_relatives(members)
        for member in members:
            names = by_partner.get(member.partner_id.id, set()) | outside.get(member.partner_id.id, set())
            if names:
                used.setdefault(member.id, set()).update(names)
        return used

    def _get_own_tables(self):
        """Return the tables whose rows go with a member and are no use of it. Hook: super first."""
        return {
            "gym_member", "gym_member_import_line", "res_partner", "res_partner_res_partner_category_rel",
            "gym_location_res_partner_rel",
            "mail_followers", "mail_followers_mail_message_subtype_rel",
        }  # fmt: skip

    def _find_outside_relatives(self, members):
        """Return the contacts of ``members`` who guard, pay for or absorbed somebody not created by this import."""
        label = self.env._("other members: they pay for, sign for or were merged with them")
        mine = self._next_lines(
            [("action", "=", "create"), ("state", "in", ("applied", "undone"))], limit=None
        ).member_id
        others = (
            self.env["gym.member"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("id", "not in", mine.ids),
                    "|",
                    "|",
                    ("merged_into_id", "in", members.ids),
                    ("payer_id", "in", members.partner_id.ids),
                    ("guardian_id", "in", members.partner_id.ids),
                ]
            )
        )
        relatives = others.payer_id | others.guardian_id | others.merged_into_id.partner_id
        return {partner.id: {label} for partner in relatives}

    def _find_references(self, table, ids, ignored):
        """Return for each of ``ids`` of ``table`` that foreign keys of other tables point at, the names of those."""
        if not ids:
            return {}
        self.env.flush_all()
        names = {model._table: model._description for model in self.env.values() if not model._abstract}
        found = {}
        for other, column in self._get_foreign_keys(table):
            if other in ignored:
                continue
            for (id_,) in self.env.execute_query(
                SQL(
                    "SELECT DISTINCT %s FROM %s WHERE %s = ANY(%s)",
                    SQL.identifier(column),
                    SQL.identifier(other),
                    SQL.identifier(column),
                    list(ids),
                )  # fmt: skip
            ):
                found.setdefault(id_, set()).add(names.get(other, other))
        return found

    def _get_foreign_keys(self, table):
        return self.env.execute_query(
            SQL(
                """SELECT other.relname, col.attname
                     FROM pg_constraint con
                     JOIN pg_class other ON other.oid = con.conrelid
                     JOIN pg_attribute col ON col.attrelid = con.conrelid AND col.attnum = con.conkey[1]
                    WHERE con.contype = 'f' AND con.conparentid = 0 AND array_length(con.conkey, 1) = 1
                      AND con.confrelid = %s::regclass""",
                table,
            )
        )

    # === FORGETTING === #

    @api.autovacuum
    def _gc_contents(self):
        """Forget imports that ended, or were left, long ago; the members stay."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=KEEP_DAYS)
        ended = Domain("finished_at", "<", limit) & Domain("state", "not in", WORKING)
        left = Domain("finished_at", "=", False) & Domain("create_date", "<", limit)
        self.sudo().search(ended | left).unlink()
