from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..const import ROLES

OWNER = "gym_members.group_gym_owner"
# Whoever has one of these is of Odoo's administration, which no gym's owner changes
ADMINISTRATION = ("base.group_system", "base.group_erp_manager")
INVITATION = "gym_staff.mail_template_invitation"


class ResUsers(models.Model):
    """The staff of a gym, as the owner sees and changes it.

    Owners have no rights to users in Odoo. What they do here is done in sudo after :meth:`_check_gym_staff`.
    """

    _inherit = "res.users"

    gym_role = fields.Selection(
        selection=lambda self: self._get_gym_roles(),
        string="Role at the Gym",
        compute="_compute_gym_role",
        groups=OWNER,
    )
    gym_role_help = fields.Text(string="May", compute="_compute_gym_role", groups=OWNER)
    gym_standing = fields.Selection(
        [("invited", "Invited"), ("active", "Active"), ("inactive", "Without Access")],
        string="Account",
        compute="_compute_gym_standing",
        groups=OWNER,
    )
    is_gym_staff_mine = fields.Boolean(
        string="May Be Changed by Me", compute="_compute_is_gym_staff_mine", groups=OWNER
    )

    # === COMPUTE === #

    @api.model
    def _get_gym_roles(self):
        """Return the roles of a gym as a selection, with the names of their groups."""
        return [(role, self._get_gym_group(role).name) for role in ROLES]

    @api.model
    def _get_gym_group(self, role):
        return self.env.ref(f"gym_members.group_gym_{role}").sudo()

    @api.depends("group_ids")
    def _compute_gym_role(self):
        groups = {role: self._get_gym_group(role) for role in ROLES}
        for user in self:
            theirs = user.sudo().all_group_ids
            user.gym_role = next((role for role, group in groups.items() if group in theirs), False)
            user.gym_role_help = user.gym_role and groups[user.gym_role].comment

    @api.depends("active", "login_date")
    def _compute_gym_standing(self):
        for user in self:
            signed_in = "active" if user.sudo().login_date else "invited"
            user.gym_standing = signed_in if user.active else "inactive"

    @api.depends_context("uid")
    def _compute_is_gym_staff_mine(self):
        for user in self:
            user.is_gym_staff_mine = not user._get_gym_staff_objection()

    # === WHO IS OF THE STAFF === #

    @api.model
    def _get_gym_staff_domain(self, company):
        """Return the domain of who works, or has worked, at a gym of ``company``."""
        staff = self.env.ref("gym_members.group_gym_staff")
        return (
            Domain("share", "=", False)
            & Domain("id", "!=", SUPERUSER_ID)
            & Domain("company_ids", "in", company.ids)
            & Domain("all_group_ids", "in", staff.ids)
        )

    @api.model
    def _get_gym_staff(self, company):
        """Return, in sudo, who may sign in and works at a gym of ``company``."""
        return self.sudo().search(self._get_gym_staff_domain(company))

    def _get_gym_staff_objection(self):
        """Return why the current user may not change this account, as a sentence; ``None`` when they may."""
        self.ensure_one()
        me, user = self.env.user, self.sudo()
        if not me.has_group(OWNER):
            return self.env._("Only the owner changes the staff.")
        if user == me or user.id == SUPERUSER_ID:
            return self.env._("You cannot change your own account here. Another owner can.")
        if user.company_ids - me.company_ids or not user.company_ids & self.env.companies:
            return self.env._("This account also belongs to a company that is not yours.")
        if user.share or not user.gym_role or any(user.has_group(group) for group in ADMINISTRATION):
            return self.env._("This is no account of the gym's staff. Its administrator is asked in Odoo's settings.")
        return None

    def _check_gym_staff(self):
        """Return these accounts in sudo when the current user is the owner whose staff they are.

        :raise AccessError: with why not
        """
        for user in self:
            if objection := user._get_gym_staff_objection():
                raise AccessError(objection)
        return self.sudo()

    # === INVITE === #

    @api.model
    def _invite_gym_staff(self, values, role, locations):
        """Make an account of the company switched on and mail its invitation; return the account, in sudo.

        :param dict values: ``name`` and ``email``
        :param str role: one of ROLES
        :raise AccessError: for who is not the owner
        :raise UserError: when somebody has that address already
        """
        if not self.env.user.has_group(OWNER) or self.env.company not in self.env.user.company_ids:
            raise AccessError(self.env._("Only the owner changes the staff."))
        company = self.env.company
        users = self.sudo().with_context(active_test=False)
        if users.search_count([("login", "=", values["email"])], limit=1):
            raise UserError(
                self.env._(
                    "%(email)s already has an account. If it is in the list of your staff, change or restore it "
                    "there; otherwise use another address.",
                    email=values["email"],
                )
            )
        person = self.env["res.partner"].sudo().create(values | {"lang": self.env.user.lang})
        person.image_1920 = person._avatar_generate_svg()  # else the account is told that its picture was changed
        user = users.with_context(no_reset_password=True).create(
            {
                "partner_id": person.id,
                "login": values["email"],
                "tz": locations[:1]._get_time_zone(),
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.set(self._get_gym_group(role).ids)],
                "gym_location_ids": [Command.set(locations.ids)],
            }
        )
        user._send_gym_invitation()
        return user

    def _send_gym_invitation(self):
        """Mail the link by which each of these accounts gets its first password."""
        template = self.env.ref(INVITATION).sudo()
        for user in self.sudo():
            user.partner_id.signup_prepare()
            template.with_context(inviter=self.env.user.name).send_mail(user.id)

    def _set_gym_role(self, role, locations):
        """Give these accounts another role and other branches; what else they may in Odoo stays.

        :raise AccessError: for who is not the owner whose staff they are
        """
        roles = self.env["res.groups"].union(*(self._get_gym_group(one) for one in ROLES))
        for user in self._check_gym_staff():
            group = self._get_gym_group(role)
            taken = [Command.unlink(one.id) for one in roles - group]
            user.write(
                {
                    "group_ids": [*taken, Command.link(group.id)],
                    "gym_location_ids": [Command.set(locations.ids)],
                }
            )

    # === BUTTONS OF THE LIST === #

    def action_gym_change(self):
        """Open the dialog of role and branches.

        :raise AccessError: for who is not the owner whose staff it is
        """
        self.ensure_one()
        user = self._check_gym_staff()
        return {
            "type": "ir.actions.act_window",
            "name": user.name,
            "res_model": "gym.staff.change",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_user_id": user.id,
                "default_role": user.gym_role,
                "default_location_ids": user.gym_location_ids.ids,
            },
        }

    def action_gym_invite_again(self):
        """Mail the invitation again to who has never signed in.

        :raise AccessError: for who is not the owner whose staff it is
        """
        self._check_gym_staff()
        self.filtered(lambda user: user.gym_standing == "invited")._send_gym_invitation()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The invitation is on its way.")},
        }

    def action_gym_deactivate(self):
        """Take the account away: its sessions end at once, what it did stays.

        :raise AccessError: for who is not the owner whose staff it is
        """
        self._check_gym_staff().active = False

    def action_gym_activate(self):
        """Give an account back that was taken away.

        :raise AccessError: for who is not the owner whose staff it is
        """
        self._check_gym_staff().active = True
