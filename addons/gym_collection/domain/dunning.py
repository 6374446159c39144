"""Getting paid what is owed: which steps are due, on which days a card is tried again, what a payment settles.

Dues are paid around the quincena in Mexico, so retries fall on days such as the 15th, the last and the first of a
month. Days are civil dates of the branch.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from odoo.addons.gym_subscriptions.domain.entry import BLOCK, WARN, Objection
from odoo.addons.gym_subscriptions.domain.periods import add_months
from odoo.addons.gym_subscriptions.domain.proration import ZERO

MESSAGE, RETRY, VOUCHER, SUSPEND, WRITE_OFF, HAND_OVER = STEP_KINDS = (
    "message",
    "retry",
    "voucher",
    "suspend",
    "write_off",
    "hand_over",
)
# Steps that speak to the person: who was not reached for days gets the last of them, not all at once.
_SPEAKING = frozenset({MESSAGE, VOUCHER})
_LAST_DAY = 31
CENT = Decimal("0.01")

PAYDAYS = (15, _LAST_DAY, 1)  # the 15th, the last and the first day of a month


@dataclass(frozen=True)
class Step:
    """A step of a policy.

    :param key: comparable, unique in the policy
    :param str kind: one of :data:`STEP_KINDS`
    :param int after_days: days after the due date on which it is taken, 0 or more
    """

    key: object
    kind: str
    after_days: int

    def __post_init__(self):
        if self.kind not in STEP_KINDS or self.after_days < 0:
            raise ValueError(f"no dunning step {self.kind} after {self.after_days} days")


class DueSteps(NamedTuple):
    """Steps to take, and late messages that they make needless; both count as done from then on."""

    take: list[Step]
    passed_over: list[Step]


def step_day(step, due, promised=None):
    """Return the day of a step for what was due on ``due``.

    A promise to pay puts off every step that would fall before its day to the day after it.
    """
    day = due + timedelta(days=step.after_days)
    return max(day, promised + timedelta(days=1)) if promised else day


def due_steps(steps, done, due, today, promised=None):
    """Return the steps to take today, in the order of the policy.

    :param steps: every :class:`Step` of the policy
    :param done: keys of those taken already, passed over ones included
    :param date due: when the oldest open invoice was due
    :param date promised: last day on which the person promised to pay, or ``None``
    :return: :class:`DueSteps`; of several messages and vouchers that are late only the last is taken
    """
    ordered = sorted(steps, key=lambda step: (step.after_days, step.key))
    ready = [step for step in ordered if step.key not in done and step_day(step, due, promised) <= today]
    late = [step for step in ready if step.kind in _SPEAKING][:-1]
    return DueSteps([step for step in ready if step not in late], late)


def next_step(steps, done, due, today, promised=None):
    """Return the next step after today and its day, or ``None`` when there is none left."""
    coming = [
        (day, step.after_days, step.key, step)
        for step in steps
        if step.key not in done and (day := step_day(step, due, promised)) > today
    ]
    return (min(coming)[-1], min(coming)[0]) if coming else None


def retry_days(start, end, days_of_month=PAYDAYS, min_gap_days=2, skip=()):
    """Return the days from ``start`` on and before ``end`` on which a card is tried again.

    :param days_of_month: 1 to 31; what a month lacks falls on its last day, so 31 is the last of each
    :param int min_gap_days: days that must lie between two tries: after the last day of a month, the first is too near
    :param skip: days on which nothing is tried (a freeze, a day on which the person asked not to)
    """
    found = []
    for day in _matching_days(start, end, days_of_month):
        if day not in skip and (not found or (day - found[-1]).days >= min_gap_days):
            found.append(day)
    return found


def next_retry(last_try, not_before, days_of_month=PAYDAYS, min_gap_days=2, skip=()):
    """Return the next day for a retry after a try on ``last_try``, at the earliest on ``not_before``.

    :return: ``date``; ``None`` when every day of the coming year is skipped
    """
    start = max(not_before, last_try + timedelta(days=max(1, min_gap_days)))
    return next(iter(retry_days(start, add_months(start, 12), days_of_month, min_gap_days, skip)), None)


def _matching_days(start, end, days_of_month):
    month = start.replace(day=1)
    while month < end:
        last = (add_months(month, 1) - timedelta(days=1)).day
        for number in sorted({min(number, last) for number in days_of_month}):
            if start <= (day := month.replace(day=number)) < end:
                yield day
        month = add_months(month, 1)


def objection(due, today, grace_days, amount, promised=None):
    """Return what a debt says about entering: within the grace days, or until the day they promised, the door is open.

    :param date due: when the oldest overdue invoice was due
    :param int grace_days: days after ``due`` that the door stays open; 0 closes it on the day after
    :param Decimal amount: overdue in all
    """
    last_grace = due + timedelta(days=grace_days)
    if promised and today <= promised and promised >= last_grace:
        return Objection("promised", WARN, {"amount": amount, "day": promised})
    if today <= last_grace:
        return Objection("owes_in_grace", WARN, {"amount": amount, "day": last_grace})
    return Objection("owes", BLOCK, {"amount": amount})


def is_followed(amount, smallest):
    """Tell whether dunning and the door follow a debt: some is owed, and no less than the smallest that matters.

    :param Decimal amount: open of one invoice, or given up of it
    :param Decimal smallest: 0 follows every cent
    """
    return amount > 0 and amount >= smallest


def lost_part(closed, lost, total):
    """Return what nobody paid of what an entry closes: its loss, spread over all that it closes.

    :param Decimal closed: what the entry closes of one invoice, 0 or more
    :param Decimal lost: of the entry, booked as an expense; nothing is lost when below zero
    :param Decimal total: what the entry closes of all its invoices together, above zero
    :return: ``Decimal`` in cents, from 0 to ``closed``
    """
    share = min(max(lost, ZERO), total) / total
    return (closed * share).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Debt:
    """An open invoice: what is left to pay, above zero."""

    key: object
    due: date
    amount: Decimal


@dataclass(frozen=True)
class Settled:
    """What a payment does.

    :param dict paid: key of each debt to what is paid of it, oldest first
    :param Decimal credit: what is left over for the next invoice
    :param Decimal still_owed: of what was due by the day
    """

    paid: dict
    credit: Decimal
    still_owed: Decimal

    @property
    def reactivates(self):
        """Whether nothing that was due stays open, so the door opens again."""
        return not self.still_owed


def settle(debts, amount, today):
    """Spread a payment over debts, the oldest first; the rest becomes credit.

    How late the money comes does not matter: a voucher paid after it expired or after a suspension is money too.

    :param Decimal amount: above zero
    :raise ValueError: when there is nothing to spread
    """
    if amount <= 0:
        raise ValueError(f"a payment of {amount} settles nothing")
    paid, left = {}, amount
    for debt in sorted(debts, key=lambda debt: (debt.due, debt.key)):
        part = min(debt.amount, left)
        if part:
            paid[debt.key] = part
            left -= part
    owed = sum((debt.amount - paid.get(debt.key, ZERO) for debt in debts if debt.due <= today), ZERO)
    return Settled(paid, left, owed)
