import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, mute_logger

# Merged by hand in the wizard, field by field; the rest of a person follows from these or stays with the winner.
MERGE_FIELDS = (
    "name",
    "email",
    "phone",
    "vat",
    "curp",
    "birthdate",
    "gender",
    "lang",
    "street",
    "street2",
    "zip",
    "city",
    "state_id",
    "country_id",
    "image_1920",
    "date_joined",
    "date_left",
    "payer_id",
    "guardian_id",
    "emergency_name",
    "emergency_phone",
    "emergency_relation",
    "preferred_channel",
    "source_id",
    "medium_id",
    "campaign_id",
    "comment",
)


class GymMember(models.Model):
    """Two records of one person become one; what happened to either stays as it was written."""

    _inherit = "gym.member"

    merged_into_id = fields.Many2one(
        "gym.member",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The member that goes on for this person.",
    )
    merged_ids = fields.One2many("gym.member", "merged_into_id", readonly=True, context={"active_test": False})

    def _get_merged_ids(self):
        """Return the ids whose history belongs to these members: their own and those merged into them.

        A merge moves earlier merges on to the new winner, so one step reaches all.
        """
        return self.ids + self.sudo().merged_ids.ids

    def _get_merge_action(self):
        """Return the action that opens the merge of these two members, the longer-standing one as winner."""
        if len(self) != 2:
            raise UserError(self.env._("Choose exactly two members to merge; repeat it for more."))
        winner = self.sorted(
            lambda member: (not member.date_joined, member.date_joined or member.location_id._today(), member.id)
        )[0]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Merge Members"),
            "res_model": "gym.member.merge",
            "view_mode": "form",
            "target": "new",
            "context": {"default_winner_id": winner.id, "default_loser_id": (self - winner).id},
        }

    def action_merge_selected(self):
        """Open the merge of the two members selected in the list."""
        self.check_access("write")
        return self._get_merge_action()

    def _get_merge_blockers(self, loser):
        """Return why ``loser`` cannot be merged into this member, as sentences for people; empty when it can.

        Hook: an addon that knows another reason (two running subscriptions) extends the list.
        """
        self.ensure_one()
        winner_sudo, loser_sudo = self.sudo(), loser.sudo()
        users = {member: member._get_accounts() for member in (winner_sudo, loser_sudo)}
        names = {"winner": winner_sudo.display_name, "loser": loser_sudo.display_name}
        family = (
            self.env["res.partner"].sudo().search([("id", "child_of", (winner_sudo | loser_sudo).partner_id.ids)])
            & (winner_sudo | loser_sudo).partner_id
        )
        checks = [
            (winner_sudo == loser_sudo, self.env._("Both are the same record.")),
            (
                winner_sudo.company_id != loser_sudo.company_id,
                self.env._(
                    "%(winner)s and %(loser)s belong to different companies, and each company keeps its own invoices "
                    "and consents. Leave both.",
                    **names,
                ),
            ),
            (
                bool((winner_sudo | loser_sudo).merged_into_id),
                self.env._("One of the two was already merged; merge into the member that goes on."),
            ),
            (
                any(member.is_blocked for member in (winner_sudo, loser_sudo)),
                self.env._("The data of one of the two are blocked at the person's request."),
            ),
            (
                any(partner.parent_id in family for partner in family),
                self.env._("One contact is below the other (a company and its contact). Separate them first."),
            ),
            (
                bool(users[winner_sudo] and users[loser_sudo]),
                self.env._(
                    "Both have an account (%(one)s and %(two)s). Ask the person which one they use and let an "
                    "administrator delete the other.",
                    one=users[winner_sudo][:1].login,
                    two=users[loser_sudo][:1].login,
                ),
            ),
            (
                any(user._is_internal() for of_one in users.values() for user in of_one)
                and not self.env.user.has_group("base.group_erp_manager"),
                self.env._("One of the two is staff with their own login; an administrator has to merge them."),
            ),
        ]
        return [reason for is_blocking, reason in checks if is_blocking]

    def _merge_into(self, winner, values):
        """Make ``winner`` go on for this member too.

        This member is archived and points to the winner. Its events and consents stay with it and are read through
        :meth:`_get_merged_ids`; everything else that refers to the member or to its contact moves to the winner.
        It cannot be undone.

        :param dict values: values of the winner's fields that the loser's win
        :raise UserError: with every reason of :meth:`_get_merge_blockers`
        """
        self.ensure_one()
        (self | winner).check_access("write")
        if blockers := winner._get_merge_blockers(self):
            raise UserError("\n".join(blockers))
        loser_sudo, winner_sudo = self.sudo(), winner.sudo()
        lost = loser_sudo.display_name
        self._merge_health_notes(winner_sudo)
        merge = self.env["base.partner.merge.automatic.wizard"].sudo()
        merge._gym_move_references(loser_sudo, winner_sudo)
        merge._gym_move_references(loser_sudo.partner_id, winner_sudo.partner_id)
        self.env.invalidate_all()
        loser_sudo.write({"active": False, "merged_into_id": winner_sudo.id})
        loser_sudo.partner_id.write({"active": False})
        winner_sudo.write(values)
        winner._emit_all("member.merged", lambda member: {"number": loser_sudo.member_number})
        loser_sudo.message_post(
            body=self.env._("Merged into %(winner)s; this record only keeps its history.", winner=winner.display_name)
        )
        winner_sudo.message_post(body=self.env._("%(loser)s was merged into this member.", loser=lost))

    def _merge_health_notes(self, winner_sudo):
        """Give the winner the health notes of both: an allergy must not be lost, whoever merges."""
        mine_sudo = self.sudo()
        if mine_sudo.health_notes_encrypted and winner_sudo.health_notes_encrypted:
            notes = (member._vault_read("health_notes_encrypted") for member in (winner_sudo, mine_sudo))
            winner_sudo._vault_write("health_notes_encrypted", "\n".join(notes))
        elif mine_sudo.health_notes_encrypted:
            winner_sudo.health_notes_encrypted = mine_sudo.health_notes_encrypted
        mine_sudo.health_notes_encrypted = False

    def _get_merge_kept_tables(self):
        """Return the tables whose rows stay with the merged member because they are append-only.

        Hook: an addon with an append-only log of members adds its table and reads it through
        :meth:`_get_merged_ids`.
        """
        return {"gym_consent", "gym_privacy_log", "gym_member_distinct_rel"}


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _merge(self, partner_ids, dst_partner=None, extra_checks=True):
        """Refuse to merge contacts that are two members: core would delete one membership with its history."""
        members = self.env["gym.member"].sudo().with_context(active_test=False)
        if members.search_count([("partner_id", "in", list(partner_ids))], limit=2) > 1:
            raise UserError(
                self.env._("More than one of these contacts is a gym member. Merge them in Gym > Members instead.")
            )
        return super()._merge(partner_ids, dst_partner, extra_checks)

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
