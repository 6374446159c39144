from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import format_date

from ..domain import schedule
from .gym_report_file import REPORTS

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]


class GymReportSchedule(models.Model):
    """A report that is mailed as a file on a day of each week or month, made with the rights of each who gets it."""

    _name = "gym.report.schedule"
    _inherit = ["gym.relation.guard"]
    _description = "Report by Mail"
    _order = "next_date, id"

    name = fields.Char(compute="_compute_name")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, default=lambda self: self.env.company
    )
    report = fields.Selection(
        [
            ("owing", "Who owes"),
            ("money", "Money received"),
            ("movements", "Changes of recurring revenue"),
            ("segment", "Members of a segment"),
        ],
        required=True,
        default="owing",
    )
    segment_id = fields.Many2one("gym.segment", domain="[('company_id', '=', company_id)]")
    file_format = fields.Selection(
        [("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("pdf", "PDF")], string="Format", required=True, default="xlsx"
    )
    frequency = fields.Selection(
        [(schedule.WEEKLY, "Each week"), (schedule.MONTHLY, "Each month")], required=True, default=schedule.WEEKLY
    )
    weekday = fields.Selection(WEEKDAYS, string="Day of the Week", required=True, default="0")
    month_day = fields.Integer(
        string="Day of the Month", required=True, default=1, help="1 to 31; shorter months end earlier."
    )
    user_ids = fields.Many2many(
        "res.users",
        string="Sent To",
        required=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        default=lambda self: self.env.user,
        help="Each gets what they may see themselves.",
    )
    next_date = fields.Date(string="Next On", compute="_compute_next_date", store=True, precompute=True)
    sent_on = fields.Date(string="Last Sent", readonly=True, copy=False)
    problem = fields.Char(compute="_compute_problem")

    _month_day = models.Constraint("CHECK (month_day BETWEEN 1 AND 31)", "The day of the month is from 1 to 31.")

    @api.depends("report", "segment_id.name")
    def _compute_name(self):
        labels = dict(self._fields["report"]._description_selection(self.env))
        for one in self:
            one.name = one.segment_id.name if one.report == "segment" else labels.get(one.report)

    @api.depends("frequency", "weekday", "month_day", "sent_on", "company_id")
    def _compute_next_date(self):
        for one in self:
            today = one.company_id._today()
            after = max(one.sent_on, today) if one.sent_on else today
            one.next_date = schedule.next_day(one.frequency, one._get_number(), after)

    @api.depends("user_ids", "report", "company_id")
    def _compute_problem(self):
        for one in self:
            one.problem = " ".join(filter(None, (one._tell_problem(user) for user in one.user_ids)))

    @api.constrains("user_ids", "report", "company_id")
    def _check_recipients(self):
        """Send nobody what they may not see.

        :raise ValidationError: naming the first who cannot get it, and why
        """
        for one in self:
            if problems := [text for user in one.user_ids if (text := one._tell_problem(user))]:
                raise ValidationError(problems[0])

    @api.constrains("report", "segment_id", "company_id")
    def _check_segment(self):
        for one in self.sudo():
            if one.report == "segment" and not one.segment_id:
                raise ValidationError(self.env._("Choose the segment whose members are to be sent."))
            if one.segment_id and one.segment_id.company_id != one.company_id:
                raise ValidationError(
                    self.env._("%(segment)s is a segment of another company.", segment=one.segment_id.name)
                )

    def _get_number(self):
        """Return the number of the day: of the week from 0, or of the month from 1."""
        return int(self.weekday) if self.frequency == schedule.WEEKLY else min(max(self.month_day, 1), 31)

    def _tell_problem(self, user):
        """Return why this user cannot get this report, or ``None``."""
        self.ensure_one()
        user_sudo, company = user._origin.sudo(), self.company_id._origin  # a form that is being filled in has copies
        if not user_sudo.active or user_sudo.share or company not in user_sudo.company_ids:
            return self.env._("%(user)s does not work in this company.", user=user_sudo.name)
        if not self.env[REPORTS[self.report][0]].with_user(user_sudo.id).has_access("read"):
            return self.env._("%(user)s may not see this report.", user=user_sudo.name)
        if not user_sudo.email:
            return self.env._("%(user)s has no e-mail address.", user=user_sudo.name)
        return None

    # === SENDING === #

    @api.model
    def _cron_send_reports(self):
        """Send the reports whose day has come. May run at any time and twice: a day's report is sent once."""
        found = self.search([("next_date", "!=", False)])
        due = found.filtered(lambda one: one.next_date <= one.company_id._today())
        self.env["ir.cron"]._do_each(due, "_send")

    def action_send_now(self):
        """Send it now, besides on its days."""
        self.ensure_one()
        self.check_access("write")
        self._mail()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "success", "message": self.env._("The report is on its way.")},
        }

    def _send(self):
        self._mail()
        self.sent_on = self.company_id._today()

    def _mail(self):
        """Make the file for each who gets it, with their rights and in their language, and mail it.

        :raise UserError: when nobody can get it any more
        """
        self.ensure_one()
        able = self.sudo().user_ids.filtered(lambda user: not self._tell_problem(user))
        if not able:
            raise UserError(self.env._("%(report)s: nobody who should get it can.", report=self.name))
        self.env["mail.mail"].sudo().create([self._prepare_mail(user) for user in able])

    def _prepare_mail(self, user):
        """Return the mail for this user; its rows are found with their rights, not with those of who runs this."""
        reader = self.env["gym.report.file"].with_user(user).with_company(self.company_id)
        reader = reader.with_context(lang=user.lang, allowed_company_ids=self.company_id.ids)
        name = self.with_context(lang=user.lang).name
        day = format_date(reader.env, self.company_id._today(), date_format="long")
        content = reader._make(self.report, self._get_domain(reader.env), self.file_format, name, day)
        values = {"name": name, "day": day, "gym": self.company_id.name, "company": self.company_id.sudo()}
        return {
            "subject": f"{name}: {day}",
            "body_html": reader.env["ir.qweb"].sudo()._render("gym_insights.report_mail", values),
            "email_from": self.company_id.email_formatted or user.email_formatted,
            "email_to": user.email_formatted,
            "auto_delete": True,
            "attachment_ids": [fields.Command.create({"name": f"{name}, {day}.{self.file_format}", "raw": content})],
        }

    def _get_domain(self, env):
        """Return which rows are sent: how things stand, or what happened since the last time.

        :param env: that of the reader, in which the rules of a segment are looked up
        """
        number, today = self._get_number(), self.company_id._today()
        first, last = schedule.days_told(self.frequency, number, today)
        company = Domain("company_id", "=", self.company_id.id)
        if self.report == "money":
            return company & Domain("date", ">=", first) & Domain("date", "<=", last)
        if self.report == "movements":
            return company & Domain("month", "=", last.replace(day=1)) & Domain("kind", "!=", "same")
        if self.report == "segment":
            return self.segment_id.with_env(env)._get_member_domain()
        return company
