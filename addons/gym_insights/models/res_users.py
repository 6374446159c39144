from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..domain import schedule


class ResUsers(models.Model):
    """The week by mail, for those who asked for it."""

    _inherit = "res.users"

    gym_weekly_mail = fields.Boolean(
        string="Mail Me the Week", help="On Mondays: who joined and left, what came in, who owes, whom to call."
    )
    gym_weekly_mail_on = fields.Date(readonly=True, copy=False, help="Monday of the week that was mailed last.")

    @property
    def SELF_READABLE_FIELDS(self):
        """Override: one may tick it in one's own preferences."""
        return [*super().SELF_READABLE_FIELDS, "gym_weekly_mail"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Override: one may tick it in one's own preferences."""
        return [*super().SELF_WRITEABLE_FIELDS, "gym_weekly_mail"]

    @api.constrains("gym_weekly_mail")
    def _check_weekly_mail(self):
        """Let nobody wait for a mail that cannot come.

        :raise ValidationError: without an address, or without a role that may see the figures
        """
        for user in self.filtered("gym_weekly_mail"):
            if not user.email:
                raise ValidationError(
                    self.env._(
                        "There is no e-mail address to send the week to. Write yours in your preferences, then tick "
                        "this again."
                    )
                )
            if not self.env["gym.insights.page"].with_user(user)._may_see():
                raise ValidationError(self.env._("The week by mail is for managers, owners and accountants."))

    # === SENDING === #

    @api.model
    def _cron_mail_week(self):
        """Mail the week that is over to all who asked for it. May run at any time and twice: once a week each."""
        asked = self.search([("gym_weekly_mail", "=", True), ("share", "=", False)])
        self.env["ir.cron"]._do_each(asked.filtered(lambda one: one._is_week_due()), "_mail_week")

    def _is_week_due(self):
        """Tell whether the mail of this week is still to come: on Monday, or later for who got last week's."""
        self.ensure_one()
        today = self.company_id._today()
        monday = schedule.monday_of(today)
        return self.gym_weekly_mail_on < monday if self.gym_weekly_mail_on else today == monday

    def _mail_week(self):
        """Send the week to this user, with what they may see of their company.

        :raise UserError: without an address, for the list of problems
        """
        self.ensure_one()
        if not self.email:
            raise UserError(
                self.env._("%(user)s asked for the week by mail and has no e-mail address.", user=self.name)
            )
        company, monday = self.company_id, schedule.monday_of(self.company_id._today())
        self.env["gym.location"].search(
            Domain("kind", "=", "branch") & Domain("company_id", "=", company.id)
        )._keep_insight_days()
        week = self.env["gym.insights.week"].with_user(self).with_company(company)
        week = week.with_context(lang=self.lang, allowed_company_ids=company.ids)
        told = week._get_week(monday) | {"company": company}
        mail = {
            "subject": told["subject"],
            "body_html": self.env["ir.qweb"].with_context(lang=self.lang)._render("gym_insights.weekly_mail", told),
            "email_from": company.email_formatted or self.env.user.email_formatted,
            "email_to": self.email_formatted,
            "auto_delete": True,
        }
        self.env["mail.mail"].sudo().create(mail)
        self.gym_weekly_mail_on = monday
