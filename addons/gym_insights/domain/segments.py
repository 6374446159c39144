"""Which members a segment has: its rules as conditions on a member, all of which hold."""

from dataclasses import dataclass
from datetime import date

OWES, OWES_NOTHING = DEBTS = ("owes", "owes_nothing")


@dataclass(frozen=True)
class Rules:
    """What a segment asks for; what is empty is not asked for."""

    locations: tuple[int, ...] = ()  # any of these branches
    plans: tuple[int, ...] = ()  # a running subscription to any of these
    stage: str | None = None
    tags: tuple[int, ...] = ()  # any of these
    debt: str | None = None  # one of DEBTS
    joined_from: date | None = None  # both inclusive
    joined_until: date | None = None
    birth_month: int | None = None  # 1 is January


def conditions(rules, running_states, debtors):
    """Return the rules as conditions (field, operator, value) on a member; all have to hold.

    :param running_states: of subscriptions that count for a plan
    :param debtors: the members for whom something overdue is owed, as an ``in`` takes them
    """
    running = [("state", "in", list(running_states)), ("plan_id", "in", list(rules.plans))]
    asked = (
        (rules.locations, ("location_id", "in", list(rules.locations))),
        (rules.plans, ("subscription_ids", "any", running)),
        (rules.stage, ("stage", "=", rules.stage)),
        (rules.tags, ("category_id", "in", list(rules.tags))),
        (rules.debt == OWES, ("id", "in", debtors)),
        (rules.debt == OWES_NOTHING, ("id", "not in", debtors)),
        (rules.joined_from, ("date_joined", ">=", rules.joined_from)),
        (rules.joined_until, ("date_joined", "<=", rules.joined_until)),
        (rules.birth_month, ("birthdate.month_number", "=", rules.birth_month)),
    )
    return [condition for is_asked, condition in asked if is_asked]
