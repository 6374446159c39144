from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools.misc import format_date, format_datetime

from ..domain import document_state
from .certificate_certificate import ALERT_DAYS

MONTHS = 12
ALARM_HOURS = (6, 24, 48)  # left before the 72 hours are over, the most urgent first

# Comparisons, whose rows open what they compare
_LISTS = ("gym.cfdi.reconciliation", "gym.cfdi.payment.reconciliation")
SERIES = ("stamped", "pending", "rejected", "cancelled")
_SERIES_OF_STATE = {
    **dict.fromkeys(document_state.LIVE, "stamped"),
    **dict.fromkeys(document_state.PENDING, "pending"),
    "rejected": "rejected",
    "cancelled": "cancelled",
}


class GymCfdiOverview(models.AbstractModel):
    """What an accountant looks at in the morning, and ticks off before closing a month, of the current company.

    Other addons add lines to :meth:`_get_checks`.
    """

    _name = "gym.cfdi.overview"
    _description = "CFDI Overview"

    @api.model
    def get_overview(self, month=None):
        """Return all that the overview shows, as plain values; every count comes with the action that lists it.

        :param str month: "2026-11"; the running month by default, the last one until the fifth day
        """
        if not self.env.user.has_group("gym_cfdi.group_cfdi_user"):
            raise AccessError(self.env._("The overview of CFDI is for those who may see them."))
        first = self._get_first_day(month)
        return {
            "company": self.env.company.name,
            "is_active": self.env.company.cfdi_active,
            "is_over": first + relativedelta(months=1) <= self._get_today(),
            "month": self._get_month_values(first),
            "checks": self._get_checks(first),
            "months": self._get_months(first),
            "alarms": self._get_alarms(),
            "pacs": self._get_pacs(),
            "seal": self._get_seal(),
        }

    # --- time

    def _get_zone(self):
        return ZoneInfo(self.env.company._get_time_zone())

    def _get_today(self):
        return self.env.company._today()

    def _get_first_day(self, month):
        if month:
            return datetime.strptime(month, "%Y-%m").date()  # noqa: DTZ007 - a civil month
        today = self._get_today()
        return (today.replace(day=1) - timedelta(days=1)).replace(day=1) if today.day <= 5 else today.replace(day=1)

    def _get_month_values(self, first):
        def key(months):
            return (first + relativedelta(months=months)).strftime("%Y-%m")

        label = format_date(self.env, first, date_format="MMMM yyyy")
        return {"key": key(0), "label": label, "previous": key(-1), "next": key(1)}

    def _get_issued_domain(self, first, months=1):
        """Documents whose Fecha falls into the months that begin on ``first``, by the company's clock."""
        zone = self._get_zone()
        limits = [
            datetime.combine(day, time(), zone).astimezone(UTC).replace(tzinfo=None)
            for day in (first, first + relativedelta(months=months))
        ]
        return self._get_company_domain() & Domain("issued_at", ">=", limits[0]) & Domain("issued_at", "<", limits[1])

    def _get_invoiced_domain(self, first):
        """Sales and credit notes dated in the month."""
        last = first + relativedelta(months=1, days=-1)
        return (
            self._get_company_domain()
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", ("out_invoice", "out_refund"))
            & Domain("invoice_date", ">=", max(first, self.env.company.cfdi_since or first))
            & Domain("invoice_date", "<=", last)
        )

    def _get_company_domain(self):
        return Domain("company_id", "=", self.env.company.id)

    # --- parts

    def _get_checks(self, first):
        """Return what has to be zero before the month that begins on ``first`` may be closed.

        :return: list of dicts as :meth:`_make_check` makes them
        """
        documents, last = "gym.cfdi.document", first + relativedelta(months=1, days=-1)
        issued = self._get_issued_domain(first)
        differing = self._get_company_domain() & Domain("date", ">=", first) & Domain("date", "<=", last)
        unpaid = Domain("payment_state", "in", ("not_paid", "partial"))
        return [
            self._make_check(
                "pending",
                self.env._("CFDI waiting for their stamp"),
                self.env._("They stamp themselves while a PAC answers; look at the attempts of those that stay."),
                documents,
                issued & Domain("state", "in", tuple(document_state.PENDING)),
            ),
            self._make_check(
                "rejected",
                self.env._("Rejected CFDI"),
                self.env._("Each says what to correct; correct it and press “Stamp Now”."),
                documents,
                issued & Domain("state", "=", "rejected"),
            ),
            self._make_check(
                "pue",
                self.env._("PUE invoices not paid yet"),
                self.env._("Paid by the last day of the month, or cancelled and issued again as PPD (RMF 2.7.1.39)."),
                "account.move",
                self._get_invoiced_domain(first)
                & Domain("move_type", "=", "out_invoice")
                & Domain("cfdi_payment_method", "=", "PUE")
                & Domain("cfdi_state", "in", tuple(document_state.LIVE))
                & unpaid,
            ),
            self._make_check(
                "complements",
                self.env._("Payments that their complements do not state"),
                self.env._("Each payment of a PPD invoice has one by the 5th of the next month (RMF 2.7.1.32)."),
                "gym.cfdi.payment.reconciliation",
                differing & Domain("reason", "not in", (False, "pending", "rejected")),
            ),
            self._make_check(
                "global",
                self.env._("Sales for the global invoice"),
                self.env._("Sales without RFC that no global invoice states yet (RMF 2.7.1.21: within 24 hours)."),
                "gym.cfdi.reconciliation",
                differing & Domain("reason", "=", "global"),
            ),
            self._make_check(
                "cancelling",
                self.env._("Cancellations in course"),
                self.env._(
                    "Until the SAT says cancelled, the CFDI counts. Three working days, then silence is consent."
                ),
                documents,
                issued & Domain("state", "=", "cancel_requested"),
            ),
            self._make_check(
                "differences",
                self.env._("Other differences between ledger and CFDI"),
                self.env._("Missing, cancelled or double documents, other amounts or months: the list says which."),
                "gym.cfdi.reconciliation",
                differing & Domain("reason", "not in", (False, "pending", "rejected", "global")),
            ),
        ]

    def _make_check(self, code, label, remedy, model, domain):
        """Return one line of the checklist, with the action that lists what it counts."""
        return {
            "code": code,
            "label": label,
            "remedy": remedy,
            "count": self.env[model].search_count(domain),
            "action": self._make_action(label, model, domain),
        }

    def _make_action(self, name, model, domain):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "domain": list(domain),
            "views": [(False, "list")] if model in _LISTS else [(False, "list"), (False, "form")],
            "target": "current",
        }

    def _get_months(self, first):
        """Return the twelve months up to ``first``, newest first, with how many documents came to which end."""
        begin = first - relativedelta(months=MONTHS - 1)
        documents = self.env["gym.cfdi.document"].with_context(tz=self._get_zone().key)
        domain = self._get_issued_domain(begin, MONTHS) & ~(
            Domain("state", "=", "cancelled") & Domain("uuid", "=", False)
        )
        counted = {}
        for month, state, count in documents._read_group(domain, ["issued_at:month", "state"], ["__count"]):
            counts = counted.setdefault(month.date().replace(day=1), {})
            counts[_SERIES_OF_STATE[state]] = counts.get(_SERIES_OF_STATE[state], 0) + count
        months = [first - relativedelta(months=number) for number in range(MONTHS)]
        return [self._make_month(day, counted.get(day, {})) for day in months]

    def _make_month(self, first, counts):
        label = format_date(self.env, first, date_format="MMM yy")
        return {
            "label": label,
            "key": first.strftime("%Y-%m"),
            "total": sum(counts.values()),
            **{series: counts.get(series, 0) for series in SERIES},
            "action": self._make_action(label, "gym.cfdi.document", self._get_issued_domain(first)),
        }

    def _get_alarms(self):
        """Return how many documents run out of their 72 hours, by the hours that are left."""
        now = fields.Datetime.now()
        waiting = self._get_company_domain() & Domain("state", "in", (*document_state.PENDING, "rejected"))
        alarms, since = [], None
        for hours in (0, *ALARM_HOURS):
            until = now + timedelta(hours=hours)
            domain = waiting & Domain("deadline", "<", until)
            if since:
                domain &= Domain("deadline", ">=", since)
            since = until
            if hours:
                label = self.env._("Less than %(hours)s hours left to stamp", hours=hours)
            else:
                label = self.env._("Past the 72 hours: they need a new date")
            alarm = self._make_check("deadline", label, "", "gym.cfdi.document", domain)
            alarms.append({**alarm, "is_urgent": hours <= ALARM_HOURS[0]})
        return [alarm for alarm in alarms if alarm["count"]]

    def _get_pacs(self):
        labels = dict(self.env["gym.cfdi.pac"]._fields["breaker_state"]._description_selection(self.env))
        return [
            {
                "id": pac.id,
                "name": pac.name,
                "is_test": pac.environment == "test",
                "balance": pac.balance if pac.balance_at else None,
                "is_low": bool(pac.balance_at) and pac.balance < pac.balance_alert,
                "health": pac.breaker_state,
                "health_label": labels[pac.breaker_state],
                "open_until": pac.breaker_state == "open"
                and format_datetime(self.env, pac.breaker_open_until, dt_format="short"),
                "action": {
                    "type": "ir.actions.act_window",
                    "res_model": "gym.cfdi.pac",
                    "res_id": pac.id,
                    "views": [(False, "form")],
                },
            }
            for pac in self.env["gym.cfdi.pac"].search(self._get_company_domain())
        ]

    def _get_seal(self):
        """Return the end of the seal that ends last; users see no more of it than this."""
        company = self.env.company
        periods = company._get_csd_periods(company._get_cfdi_rfc())
        if not periods:
            return None
        until = max(until for _since, until, _id in periods)
        days = (until - fields.Datetime.now().replace(tzinfo=UTC)).days
        level = "danger" if days < ALERT_DAYS[-1] else "warning" if days < ALERT_DAYS[0] else "success"
        return {"date_end": format_date(self.env, until.date()), "days": days, "level": level}
