from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.auth_signup.models.res_partner import SignupError

# What Odoo lets people write on their own user and the portal asks more of
CHECKED_IN_PORTAL = ("email", "phone")


class ResUsers(models.Model):
    _inherit = "res.users"

    gym_location_ids = fields.Many2many(
        "gym.location",
        "gym_location_res_users_rel",
        "user_id",
        "location_id",
        string="Gym Branches",
        help="Branches whose members this person of the staff may see. Owners and accountants see every branch of "
        "their companies.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """A company whose papers somebody from outside sees by a new account is told of it."""
        users = super().create(vals_list)
        for user in users.filtered("share"):
            user.sudo().partner_id._tell_gym_parent()
        return users

    def write(self, vals):
        """Members who change how they are reached by a call do so on the portal's terms.

        :raise UserError: with what the page would say
        """
        if not self.env.su:
            self.env["res.partner"]._check_gym_locale(vals)
            if "signature" in vals and self.env.user.share:  # it stands below what the staff gets from a person
                raise AccessError(self.env._("Only staff have a signature."))
        wanted = {name: vals[name] or "" for name in CHECKED_IN_PORTAL if name in vals}
        member_sudo = self._get_gym_self() if wanted else None
        if member_sudo:
            if errors := member_sudo._update_from_portal(wanted):
                raise UserError("\n".join(errors.values()))
            vals = {name: value for name, value in vals.items() if name not in wanted}
        return super().write(vals)

    def _create_user_from_template(self, values):
        """Override: two that make accounts at once are tried again, as everywhere; Odoo takes it for a taken login.

        :raise OperationalError: for the caller to retry: a request or a job
        """
        try:
            return super()._create_user_from_template(values)
        except SignupError as error:
            if isinstance(error.__context__, OperationalError):
                raise error.__context__ from None
            raise

    def _notify_security_setting_update(self, subject, content, mail_values=None, **kwargs):
        """Override: nobody is warned of the first password, which they chose a moment ago."""
        known = self.filtered(lambda user: user.sudo().login_date or not user.share)
        return super(ResUsers, known)._notify_security_setting_update(subject, content, mail_values, **kwargs)

    def _get_gym_self(self):
        """Return, in sudo, the member that the current user from outside is, when these users are that one."""
        is_self = self == self.env.user and self.share and not self.env.su
        return self.sudo().partner_id.gym_member_ids[:1] if is_self else None

    def _get_invalidation_fields(self):
        return super()._get_invalidation_fields() | {"gym_location_ids"}

    def _sees_every_gym_branch(self):
        """Tell whether this user sees all branches of their companies rather than the ones listed on the user."""
        self.ensure_one()
        roles = ("gym_members.group_gym_owner", "gym_members.group_gym_accountant", "base.group_system")
        return any(self.has_group(role) for role in roles)

    def _get_gym_location_ids(self):
        """Return the ids of the branches listed on the user and of all below them; used by record rules.

        Ids rather than a ``child_of`` let PostgreSQL see how many members a branch has and choose its plan by it. The
        rules are cached: branches clear the cache when their tree changes.
        """
        self.ensure_one()
        locations = self.env["gym.location"].sudo().with_context(active_test=False)
        return locations.search([("id", "child_of", self.sudo().gym_location_ids.ids)]).ids

    def _get_visible_gym_location_ids(self, company_ids):
        """Return the ids of the branches whose people this user may see, with ``company_ids`` switched on."""
        if self._sees_every_gym_branch():
            locations = self.env["gym.location"].sudo().with_context(active_test=False)
            return locations.search([("company_id", "in", company_ids)]).ids
        return self._get_gym_location_ids()

    def _get_gym_partner_domain(self, company_ids):
        """Return which contacts this user may see as far as gyms are concerned; used by a global rule on contacts.

        Contacts that are no gym member are not touched; a member's contact shows only to those who see the member. Of
        blocked ones that is who handles privacy requests, and accountants, who need them for taxes.

        :param list company_ids: companies switched on
        """
        self.ensure_one()
        visible_ids = self._get_visible_gym_location_ids(company_ids)
        visible = (
            Domain("gym_location_id", "=", False)
            | Domain("id", "=", self.partner_id.id)
            | Domain("gym_location_id", "in", visible_ids)
        )
        if not any(self.has_group(f"gym_members.group_gym_{role}") for role in ("manager", "accountant")):
            visible &= Domain("is_gym_blocked", "=", False)
        return list(visible)
