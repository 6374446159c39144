from datetime import date

from odoo import api, fields, models
from odoo.tools import LazyTranslate

from odoo.addons.gym_members.domain.importing.columns import ImportField
from odoo.addons.gym_members.domain.importing.issues import WARNING, Issue
from odoo.addons.gym_members.domain.search import normalise
from odoo.addons.gym_members.models import gym_member_import_texts

from ...domain.importing import first_bill, is_unlimited
from ...domain.periods import Cycle
from ..money import to_decimal

_lt = LazyTranslate(__name__)


def _field(code, kind, aliases):
    return ImportField(code, kind, tuple(aliases.split("|")))


FIELDS = (
    _field(
        "plan",
        "text",
        "plan|membership|membership name|membership type|membership plan|service name|contract name|membresia|"
        "tipo de membresia|paquete|plan contratado|paquete contratado|membresia contratada|membresia actual|"
        "plan actual|tipo de plan|tipo de paquete|nombre del plan|nombre de la membresia|nombre del paquete",
    ),
    _field(
        "plan_price",
        "amount",
        "membership fee|fee|monthly fee|price|mensualidad|cuota|precio|importe|normal autopay|costo|"
        "costo mensual|cuota mensual|precio mensual|pago mensual|importe mensual|monto mensual|colegiatura|tarifa|"
        "costo de membresia|precio de membresia|precio del plan|costo del plan",
    ),
    _field(
        "next_bill",
        "date",
        "next billing|next bill date|next billing date|next payment|next autopay|proximo cobro|proximo pago|"
        "fecha de proximo pago|siguiente pago|vencimiento|fecha de vencimiento|vence|f. vencimiento|prox. pago|"
        "vence el|vencimiento de membresia|proximo vencimiento|proxima mensualidad|vigencia|vigencia hasta|"
        "vigente hasta|fecha de vigencia|fin de vigencia|fecha de corte|fecha de renovacion|renovacion",
    ),
    _field("plan_start", "date", "start date|contract start|membership start|fecha de inicio|inicio de membresia"),
    _field("plan_end", "date", "end date|contract end|membership end|fecha de termino|fin de membresia"),
    _field("hold_from", "date", "on hold from|hold start|hold from|pause start|congelado desde|pausa desde"),
    _field("hold_until", "date", "on hold until|hold end|hold until|pause end|congelado hasta|pausa hasta"),
    _field("pack_count", "integer", "count|classes|clases"),
    _field("pack_remaining", "integer", "remaining|remaining classes|restantes|clases restantes"),
)
LABELS = {
    "plan": _lt("Plan"),
    "plan_price": _lt("Price per period"),
    "next_bill": _lt("Next bill date"),
    "plan_start": _lt("Subscribed since"),
    "plan_end": _lt("Subscription ends on"),
    "hold_from": _lt("Paused from"),
    "hold_until": _lt("Paused until"),
    "pack_count": _lt("Classes in the pack"),
    "pack_remaining": _lt("Classes left"),
}
gym_member_import_texts.REASONS.update(
    {
        "plan_unmapped": (
            _lt("No plan here is chosen for this one: the member comes in without a subscription."),
            _lt("Choose a plan under “Plans”, or sell the subscription afterwards."),
        ),
        "plan_not_sold": (
            _lt("The plan is not sold at the member's branch: the member comes in without a subscription."),
            _lt("Choose another plan under “Plans”, or add the branch to the plan."),
        ),
        "plan_of_unknown_status": (
            _lt("Whether they are still a member is not known: the member comes in without a subscription."),
            _lt("Choose what the status means under “Statuses”, or correct the leaving date, and check again."),
        ),
        "pack_left_out": (
            _lt("A pack of classes with %(left)s left: it is no subscription and stays out."),
            _lt("Give the member their classes by hand."),
        ),
        "next_bill_moved": (
            _lt("That day is past and is not charged: the first bill is on %(day)s."),
            _lt("Charge what is owed from before in the old system."),
        ),
        "next_bill_guessed": (
            _lt("There is no next bill date: %(day)s is taken, counted from when the member joined."),
            _lt("Add the date to the file if it is another one."),
        ),
        "price_kept": (
            _lt("The plan costs %(price)s: the member keeps their price."),
            _lt("Check that both are for the same period."),
        ),
        "price_missing": (
            _lt("Neither the row nor the plan has a price: nothing is charged."),
            _lt("Give the plan a price, or write one into the row, unless it is a gift."),
        ),
        "price_negative": (
            _lt("A price below zero is none: the member gets the plan's price."),
            _lt("Correct it, or give the member a credit."),
        ),
        "pause_kept": (
            _lt("Paused until %(until)s: the first bill is on %(day)s."),
            _lt("Nothing to do."),
        ),
        "pause_open": (
            _lt("Paused without an end: the subscription comes in as a draft, and nothing is billed."),
            _lt("Begin it when the member comes back."),
        ),
        "end_kept": (_lt("The subscription ends on %(day)s."), _lt("Nothing to do.")),
        "subscription_kept": (
            _lt("The subscription was billed or changed since and stays."),
            _lt("Cancel it if need be."),
        ),
    }
)
# Remarks of gym_members that do not hold any more when the subscription takes them up.
TAKEN_UP = {"paused", "leaves_later"}


class GymMemberImport(models.Model):
    """Subscriptions that come in with their members: plan, price, next bill, pause and end to come.

    Nothing is charged for a past day, and no card: what was agreed to in the old system is no consent here (LFPC
    art. 76 Bis VIII), so it is asked for before the first automatic charge.
    """

    _inherit = "gym.member.import"

    import_plan_ids = fields.One2many("gym.member.import.plan", "import_id", string="Plans")

    @api.model
    def _get_import_fields(self):
        return super()._get_import_fields() | {field.code: field for field in FIELDS}

    @api.model
    def _get_import_labels(self):
        own = [(code, self.env._(label)) for code, label in LABELS.items()]  # pylint: disable=gettext-variable
        return super()._get_import_labels() + own

    def _get_word_fields(self):
        return [*super()._get_word_fields(), "import_plan_ids"]

    def _get_plans_by_name(self):
        """Return the plans chosen for those of the file, by their normalised names."""
        rows = self.sudo().import_plan_ids.filtered("plan_id")
        return {normalise(row.name): row.plan_id for row in rows}

    # === THE DRY RUN === #

    def _check_extras(self, rows):
        """Say of each row with a plan what happens to its subscription."""
        result = super()._check_extras(rows)
        plans = self._get_plans_by_name()
        today = self.location_id._today()
        for row in rows:
            name = row.values.get("plan")
            if name and row.is_member:
                self._check_subscription(row, plans.get(normalise(name)), today)
            elif name and row.has_unknown_status:
                self._remark(row, "plan_of_unknown_status", "plan")
        return result

    def _check_subscription(self, row, plan, today):
        values = row.values
        if not plan:
            if not is_unlimited(values.get("pack_count"), values.get("pack_remaining")) and "pack_remaining" in values:
                self._remark(row, "pack_left_out", "pack_remaining", left=str(values["pack_remaining"]))
            else:
                self._remark(row, "plan_unmapped", "plan")
            return
        if plan.location_ids and values.get("location_id") not in plan.location_ids.ids:
            self._remark(row, "plan_not_sold", "plan")
            return
        row.issues[:] = [issue for issue in row.issues if issue.code not in TAKEN_UP]
        values["plan_id"] = plan.id
        self._check_first_bill(row, plan, today)
        self._check_price(row, plan)
        self._check_pause(row, today)
        self._check_end(row, today)

    def _check_first_bill(self, row, plan, today):
        """Set ``first_bill``, ``bill_anchor`` and ``period_start``: never a past day."""
        values = row.values
        told = values.get("next_bill")
        anchor = told or values.get("plan_start") or values.get("date_joined") or today
        found = first_bill(
            lambda day: Cycle(plan.period_unit, plan.period_count, day, plan.fortnight_kind), anchor, today
        )
        values |= {"bill_anchor": found.anchor, "first_bill": found.day, "period_start": found.start}
        day = found.day.isoformat()
        if not told:
            self._remark(row, "next_bill_guessed", day=day)
        elif found.day != told:
            self._remark(row, "next_bill_moved", "next_bill", day=day)

    def _check_price(self, row, plan):
        price = row.values.get("plan_price")
        if price is not None and price < 0:
            self._remark(row, "price_negative", "plan_price")
            del row.values["plan_price"]
            price = None
        usual = plan._get_offered_price(self.location_id._today())
        row.values["price_due"] = to_decimal(usual.amount) if price is None else price
        if not row.values["price_due"]:
            self._remark(row, "price_missing", "plan_price")
        elif price is not None and usual and to_decimal(usual.amount) != to_decimal(price):
            self._remark(row, "price_kept", "plan_price", price=plan.currency_id.format(usual.amount))

    def _check_pause(self, row, today):
        """Keep a pause that has an end to come; without one the subscription waits as a draft."""
        values = row.values
        until = values.get("hold_until")
        if until and until > today:
            start = max(values.get("hold_from") or today, today)
            values |= {"hold_from": start, "hold_until": until}
            if start == today:
                values["first_bill"] = max(values["first_bill"], until)
            self._remark(row, "pause_kept", "hold_until", until=until.isoformat(), day=values["first_bill"].isoformat())
        else:
            values.pop("hold_until", None)
            if values.get("status") == "frozen":
                values["is_waiting"] = True
                self._remark(row, "pause_open", "status")

    def _check_end(self, row, today):
        """Keep a cancellation to come."""
        days = [day for day in (row.values.get("date_leaving"), row.values.get("plan_end")) if day and day > today]
        if days:
            row.values["ends_on"] = min(days)
            self._remark(row, "end_kept", day=min(days).isoformat())

    def _remark(self, row, code, about="", **params):
        observed = row.values.get(about, "")
        text = observed.isoformat() if isinstance(observed, date) else str(observed)
        row.issues.append(Issue(code, WARNING, self._get_header(about) if about else "", text, params))
