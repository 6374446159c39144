from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import email_normalize, get_lang, hash_sign, verify_hash_signed

LINK_HOURS = 72
SCOPE = "gym_members.address"
# Where mails that open an account go instead of the address of the contact, as a key of the context
SEND_TO = "gym_account_address"
ADDRESS_GONE = {"gym_is_address_new": False, "gym_address_before": False}


class ResUsers(models.Model):
    """A new address opens an account once its owner confirmed it.

    Until then links for a new password and codes to sign in go to the address before, and the login stays. It is
    confirmed by a link that only the new mailbox gets, opened by the signed-in user: who changed it at the desk
    has the one and not the other. Users who can do neither any more ask a manager.
    """

    _inherit = "res.users"

    gym_is_address_new = fields.Boolean(
        "Address to Be Confirmed", readonly=True, copy=False, groups="base.group_erp_manager"
    )
    gym_address_before = fields.Char("Confirmed Address", readonly=True, copy=False, groups="base.group_erp_manager")

    # === A NEW ADDRESS === #

    def _await_address(self, before):
        """Trust the new address of these users once they confirmed it; called after their contact got it.

        :param before: the address that the contact had, or nothing
        """
        by = self.env.user
        if by.has_group("base.group_erp_manager") and not by._is_superuser():
            return  # who administers accounts sets passwords too
        for user_sudo in self.sudo()._get_opened():
            known = user_sudo.gym_address_before if user_sudo.gym_is_address_new else before
            is_new = email_normalize(user_sudo.email) != email_normalize(known)
            user_sudo.write({"gym_is_address_new": is_new, "gym_address_before": known if is_new else False})
            if is_new and user_sudo.email:
                user_sudo._send_address_link()

    def _get_opened(self):
        """Return those who have a password or were signed in: an invitation that nobody used is no account yet."""
        self.env.cr.execute(
            "SELECT id FROM res_users WHERE id = ANY(%s) AND COALESCE(password, '') != ''", [list(self.ids)]
        )
        with_password = {row[0] for row in self.env.cr.fetchall()}
        return self.filtered(lambda user: user.id in with_password or (user.active and user.login_date))

    def _send_address_link(self):
        self.ensure_one()
        user = self.with_context(lang=get_lang(self.env, self.lang).code)
        env, company = user.env, user.partner_id.gym_member_ids[:1].company_id or user.company_id
        url = f"{user.get_base_url()}/my/email/{user._make_address_token()}"
        facts = {"company": company.name, "hours": LINK_HOURS, "login": user.login}
        self.env["mail.mail"].sudo().create(
            {
                "model": "res.users",
                "res_id": user.id,
                "email_to": user.email,
                "email_from": company.email_formatted or user.company_id.email_formatted,
                "author_id": company.partner_id.id,
                "subject": env._("Confirm your address at %(company)s", **facts),
                "body_html": Markup("<p>%s</p><p><a href='%s'>%s</a></p><p>%s</p>")
                % (
                    env._(
                        "This became the address of an account at %(company)s. Open the link within %(hours)s hours "
                        "and sign in as you did until now: then you sign in with this address, and links for a new "
                        "password come here.",
                        **facts,
                    ),
                    url,
                    env._("Confirm this address"),
                    env._("If you have no account at %(company)s, there is nothing to do.", **facts),
                ),
            }
        )

    # === ITS CONFIRMATION === #

    def _make_address_token(self):
        self.ensure_one()
        return hash_sign(self.sudo().env, SCOPE, [self.id, email_normalize(self.email)], expiration_hours=LINK_HOURS)

    def _is_address_token(self, token):
        """Tell whether ``token`` is of the link that was mailed to the address that this user has to confirm."""
        self.ensure_one()
        try:
            named = verify_hash_signed(self.sudo().env, SCOPE, token)
        except (ValueError, UnicodeError):
            return False
        return self.sudo().gym_is_address_new and named == [self.id, email_normalize(self.sudo().email)]

    def _confirm_address(self):
        """Let the address of the contact open the account, and be its login when the address before was."""
        for user_sudo in self.sudo().filtered("gym_is_address_new"):
            before, address = email_normalize(user_sudo.gym_address_before), email_normalize(user_sudo.email)
            values = dict(ADDRESS_GONE)
            if address and before and email_normalize(user_sudo.login) == before and not self._is_login(address):
                values["login"] = address
            user_sudo.write(values)
            user_sudo.partner_id._message_log(
                body=self.env._("%(user)s confirmed the address of the account.", user=self.env.user.name)
            )

    @api.model
    def _is_login(self, login):
        return bool(self.sudo().with_context(active_test=False).search_count([("login", "=", login)], limit=1))

    # === MAILS THAT OPEN AN ACCOUNT === #

    def _send_to_confirmed(self):
        """Return this user in a context in which such mails go to the confirmed address.

        :raise UserError: when there is none
        """
        self.ensure_one()
        user_sudo = self.sudo()
        if not user_sudo.gym_is_address_new:
            return self
        if not user_sudo.gym_address_before:
            raise UserError(
                self.env._(
                    "%(person)s has not confirmed the new address of the account yet, and had none before. They open "
                    "the link that was mailed to it, or a manager confirms it on the member.",
                    person=user_sudo.name,
                )
            )
        return self.with_context(**{SEND_TO: user_sudo.gym_address_before})

    def _action_reset_password(self, signup_type="reset"):
        notice = None
        for user in (waiting := self.filtered(lambda user: user.sudo().gym_is_address_new)):
            notice = super(ResUsers, user._send_to_confirmed())._action_reset_password(signup_type)
        if others := self - waiting:
            notice = super(ResUsers, others)._action_reset_password(signup_type)
        return notice

    def _send_totp_mail_code(self):
        return super(ResUsers, self._send_to_confirmed())._send_totp_mail_code()

    @api.model
    def _get_email_domain(self, email):
        """Override: people ask for a new password with the address that they know."""
        return super()._get_email_domain(email) | Domain("gym_address_before", "=", email)
