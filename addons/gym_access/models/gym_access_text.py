from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.tools import LazyTranslate, format_date, format_datetime, format_time

_lt = LazyTranslate(__name__)

# What the desk says of each reason that subscriptions and debts do not already put into words, and what to do.
TEXTS = {
    "unknown_code": (_lt("Nobody has this code."), _lt("Look the person up by name.")),
    "expired_code": (_lt("This code has expired."), _lt("Open the pass again, or look the person up by name.")),
    "replayed_code": (_lt("This code was used already."), _lt("Open the pass again, or look the person up by name.")),
    "revoked_credential": (_lt("This card was revoked."), _lt("Look the person up by name and give them a new card.")),
    "trial_ended": (_lt("The trial ended on %(day)s."), _lt("Sell a plan, or a day pass.")),
    "wrong_zone": (_lt("The plan does not open this area."), _lt("Change the plan, or sell a day pass.")),
    "other_company": (_lt("The membership is of another company."), _lt("Sell a day pass.")),
    "seat_removed": (_lt("The seat in a shared plan was given up."), _lt("Talk to whoever pays, or sell a plan.")),
    "company_ended": (_lt("The company's plan ended on %(day)s."), _lt("Sell a plan of their own.")),
    "visits_used": (
        _lt("%(used)s of %(limit)s visits of this period are used."),
        _lt("Sell a pack or a day pass, or change the plan."),
    ),
    "pass_used_up": (_lt("All %(limit)s visits of the pass are used."), _lt("Sell another pass, or a plan.")),
    "pass_expired": (_lt("The pass was good until %(day)s."), _lt("Sell another pass, or a plan.")),
    "daily_limit": (_lt("The pass has no more visits today."), _lt("Come tomorrow, or sell a day pass.")),
    "blocked": (_lt("The data of this person are blocked at their request."), _lt("A manager decides.")),
    "banned": (_lt("A manager barred this person."), _lt("A manager decides.")),
    "waiver_missing": (_lt("Not signed yet: %(documents)s."), _lt("Sign on the tablet now.")),
    "consent_lapsed": (_lt("No longer in force: %(documents)s."), _lt("Sign again on the tablet now.")),
    "guardian_missing": (_lt("Under age, without a guardian on record."), _lt("Enter the guardian.")),
    "minor_alone": (_lt("Under age, and no guardian is inside."), _lt("Ask who is in charge today.")),
    "photo_missing": (_lt("There is no photo."), _lt("Take one now.")),
    "birthday": (_lt("Today is their birthday."), _lt("Congratulate them.")),
    "already_inside": (_lt("Inside already since %(at)s."), _lt("Check them out, or ask for the name.")),
    "too_soon": (_lt("Entered just now; again from %(at)s."), _lt("Ask for the name; a manager lets in.")),
    "full": (_lt("%(count)s people are inside, and %(capacity)s fit."), _lt("Wait until somebody leaves.")),
    "aggregator_not_checked_in": (_lt("There is no check-in in the app yet."), _lt("Check in in the app first.")),
    "aggregator_expired": (_lt("The check-in in the app has expired."), _lt("Check in in the app again.")),
    "aggregator_used_today": (_lt("Today's visit is used."), _lt("Come tomorrow, or sell a day pass.")),
    "aggregator_down": (_lt("The app does not answer."), _lt("Take the visit; it is confirmed later.")),
    "stale_snapshot": (_lt("The door has not heard from the server for a while."), _lt("Check on screen if in doubt.")),
    "unknown_offline": (
        _lt("The door has been without the server for too long."),
        _lt("Look the person up at the desk."),
    ),
    "not_opened": (
        _lt("The door did not confirm that it opened."),
        _lt("Look at the door; no visit was taken and nobody counts as inside."),
    ),
}
# Buttons of this addon: code to a label and a method of gym.member
SIGN = ("waiver_missing", "consent_lapsed")


class GymAccessText(models.AbstractModel):
    """Reasons in the words of people."""

    _name = "gym.access.text"
    _description = "Words for Reasons"

    @api.model
    def _get_texts(self):
        """Return what is said of each reason, code to reason and remedy; those of the gate for entering go first."""
        return TEXTS | self.env["gym.subscription"]._get_entry_texts()

    @api.model
    def _get_buttons(self):
        """Return what the desk can do about reasons: code to a label and a method of ``gym.member``."""
        see = (self.env._("See member"), "get_formview_action")
        sign = (self.env._("Sign on tablet"), "action_sign_on_tablet")
        return (
            dict.fromkeys(("guardian_missing", "photo_missing", "minor_alone", "visits_used"), see)
            | dict.fromkeys(SIGN, sign)
            | self.env["gym.subscription"]._get_entry_buttons()
        )

    @api.model
    def _say(self, reason, right="", location=None):
        """Return a reason in the user's language: dict with ``code``, ``severity``, ``reason`` and ``remedy``.

        :param str right: name of the plan or pass it is about
        :param location: branch in whose time instants are told
        """
        said, remedy = self._get_texts().get(reason.code, (reason.code, ""))
        values = {"plan": right or self.env._("The plan")} | {
            name: self._show(value, location) for name, value in reason.values.items()
        }
        return {
            "code": reason.code,
            "severity": reason.severity,
            "reason": self.env._(said) % values,  # pylint: disable=gettext-variable
            "remedy": self.env._(remedy) % values,  # pylint: disable=gettext-variable
        }

    @api.model
    def _show(self, value, location=None):
        if isinstance(value, Decimal):
            return self.env.company.currency_id.format(value)
        if hasattr(value, "hour"):
            place = location or self.env["gym.location"]
            zone, is_today = place._get_time_zone(), place._today(value) == place._today()
            return (format_time if is_today else format_datetime)(self.env, value, zone, "short")
        return format_date(self.env, value) if isinstance(value, date) else value
