from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .gated import without_defaults

# Set by blocking, removing and merging alone, which write in sudo; what the home branch decides; and by what members
# are found, also as duplicates.
_GATED = {"is_blocked", "date_blocked", "anonymised_at", "merged_into_id", "company_id", "search_key", "name_key"}


class GymMember(models.Model):
    """The end of a member's data: blocked first, so that nobody uses them, and removed when no law keeps them."""

    _inherit = "gym.member"

    is_blocked = fields.Boolean(
        readonly=True,
        copy=False,
        index=True,
        help="Cancelled by the person: kept only for what the law asks, seen only by privacy handlers.",
    )
    date_blocked = fields.Date(string="Blocked", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            self = without_defaults(self, _GATED)
            self._check_gated(*vals_list)
            # becoming a member makes a contact readable through the member
            contacts = self.env["res.partner"].browse(
                {vals["partner_id"] for vals in vals_list if vals.get("partner_id")}
            )
            contacts.check_access("read")
        return super().create(vals_list)

    @api.model
    def _check_gated(self, *vals_list):
        for vals in vals_list:
            if names := _GATED & vals.keys():
                labels = ", ".join(self._fields[name]._description_string(self.env) for name in sorted(names))
                raise AccessError(self.env._("Nobody sets these by hand: %(fields)s.", fields=labels))

    def write(self, vals):
        if not self.env.su:
            self._check_gated(vals)
            self.env["res.partner"].browse(vals.get("partner_id") or ()).check_access("read")
        if not self.env.su and any(member.is_blocked for member in self.sudo()):
            raise UserError(
                self.env._("The data of this member are blocked at the person's request and no longer change.")
            )
        return super().write(vals)

    def _block_personal_data(self, reason):
        """Take these members out of use: archived, hidden, signed out for good and with nothing sent to them.

        Members merged into them are the same persons and blocked with them. Repeating it changes nothing.

        :param str reason: for the chatter; names no person
        """
        people_sudo = self.sudo().with_context(active_test=False).browse(self._get_merged_ids())
        for member_sudo in people_sudo.filtered(lambda member: not member.is_blocked):
            # core would find archived users, too, and refuse to archive their contact
            partner_sudo = member_sudo.partner_id.with_context(active_test=True)
            users_sudo = member_sudo._get_accounts()
            if users_sudo.filtered(lambda user: user.active and not user.share):
                raise UserError(
                    self.env._(
                        "%(member)s is staff with their own login. An administrator has to archive that user first.",
                        member=member_sudo.display_name,
                    )
                )
            users_sudo.filtered("share").write({"active": False})
            member_sudo.activity_ids.unlink()
            member_sudo.message_post(body=self.env._("Data blocked: %(reason)s", reason=reason))
            member_sudo.write({"active": False, "is_blocked": True, "date_blocked": member_sudo.location_id._today()})
            partner_sudo.write({"active": False, "is_gym_blocked": True})

    def _get_accounts(self):
        """Return, in sudo, the users of these members, archived ones too."""
        users_sudo = self.env["res.users"].sudo().with_context(active_test=False)
        return users_sudo.search([("partner_id", "in", self.sudo().partner_id.ids)])

    def action_unblock(self):
        """Let an owner undo a block made by mistake, as long as nothing was removed."""
        self.check_access("write")
        if not self.env.user.has_group("gym_members.group_gym_owner"):
            raise UserError(self.env._("Only an owner can unblock a member."))
        for member_sudo in self.sudo().filtered(lambda member: member.is_blocked and not member.anonymised_at):
            member_sudo.write({"is_blocked": False, "date_blocked": False, "active": True})
            member_sudo.partner_id.write({"is_gym_blocked": False, "active": True})
            member_sudo.message_post(body=self.env._("Data unblocked by %(user)s", user=self.env.user.name))
