from odoo import fields, models
from odoo.exceptions import UserError

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
        """Give the winner the health notes of both: an allergy must not be lost, no matter who merges."""
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
