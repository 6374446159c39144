import psycopg2

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refuse to merge two members, whose history core would delete, and contacts whose change has a guard.

        What a company's own contact and one with an account become by a merge, no guard and no trace of them sees.
        """
        members = self.env["gym.member"].sudo().with_context(active_test=False)
        if members.search_count([("partner_id", "in", list(partner_ids))], limit=2) > 1:
            raise UserError(
                self.env._("More than one of these contacts is a gym member. Merge them in Gym > Members instead.")
            )
        self._check_gym_guarded(self.env["res.partner"].browse(partner_ids))
        return super()._merge(partner_ids, dst_partner, extra_checks)

    def _check_gym_guarded(self, people):
        """Let only administrators merge companies themselves and people with an account.

        :raise UserError: naming the first one
        """
        if self.env.su or self.env.user.has_group("base.group_erp_manager"):
            return
        people = people.sudo().with_context(active_test=False)
        if guarded := people.filtered(lambda person: person.user_ids or person._get_gym_companies())[:1]:
            raise UserError(
                self.env._(
                    "%(person)s has an account, or is the company itself. An administrator merges this contact.",
                    person=guarded.name,
                )
            )

    def _gym_move_references(self, source, target):
        """Move to ``target`` what refers to ``source``, which stays in the database.

        Unlike core, which deletes its source and with it what a unique constraint keeps from moving, such a row stays
        where it is: nothing is lost.
        """
        self._gym_drop_double_followers(source, target)
        kept = self.env["gym.member"]._get_merge_kept_tables()
        self.env.flush_all()
        for table, column in self._get_fk_on(source._table):
            is_identity = (table, column) == ("gym_member", "partner_id")
            if is_identity or table in kept or self._gym_is_partition_or_wizard(table):
                continue
            self._gym_move_column(table, column, source.id, target.id)
        self.env.invalidate_all()
        self._update_reference_fields_generic(source._name, source, target)

    def _gym_move_column(self, table, column, source_id, target_id):
        """Point ``column`` at the target, row by row where a constraint refuses all at once."""
        update = SQL(
            "UPDATE %s SET %s = %s WHERE %s = %s",
            SQL.identifier(table),
            SQL.identifier(column),
            target_id,
            SQL.identifier(column),
            source_id,
        )
        if self._gym_try(update):
            return
        rows = self.env.execute_query(
            SQL("SELECT ctid::text FROM %s WHERE %s = %s", SQL.identifier(table), SQL.identifier(column), source_id)
        )
        for (ctid,) in rows:
            self._gym_try(SQL("%s AND ctid = %s::tid", update, ctid))

    def _gym_try(self, query):
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self.env.cr.execute(query)
        except psycopg2.IntegrityError:
            return False
        return True

    def _gym_is_partition_or_wizard(self, table):
        """Tell whether a table needs no moving: its parent moves it, or its rows live for minutes."""
        if table.startswith("base_partner_merge_"):
            return True
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM pg_class WHERE relname = %s AND relispartition"
                    " AND relnamespace = current_schema::regnamespace",
                    table,
                )
            )
        )

    def _gym_drop_double_followers(self, source, target):
        """Forget that the source follows, or is followed by, what the target follows or is followed by already."""
        followers = self.env["mail.followers"].sudo()
        mine = followers.search([("res_model", "=", source._name), ("res_id", "=", source.id)])
        theirs = followers.search([("res_model", "=", target._name), ("res_id", "=", target.id)])
        mine.filtered(lambda follower: follower.partner_id in theirs.partner_id).unlink()
        if source._name == "res.partner":
            documents = {(row.res_model, row.res_id) for row in followers.search([("partner_id", "=", target.id)])}
            followers.search([("partner_id", "=", source.id)]).filtered(
                lambda follower: (follower.res_model, follower.res_id) in documents
            ).unlink()
