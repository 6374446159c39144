"""Who buys what, when they leave and how they pay: decided from one seed before anything happens."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta

SEED = 41
DAY = timedelta(days=1)
PLANS = {"MAT": 10, "BAS": 36, "TOTAL": 32, "PLUS": 10, "TRIM": 7, "ANUAL": 5}
CARD_SHARE = 0.55  # of those with an e-mail, to whom a renewal can be announced
CHURN_A_MONTH = 0.022
FEWEST_DAYS = 35  # who leaves has stayed at least this long
# The chain moved to this system branch by branch, so many 365ths of the history after the first one. Who had been a
# member before is billed by it from the next payday on.
MOVED = {"ROMA": 0, "GDL": 260, "TIJ": 320}
WHOLE = 365
FIRST_DAYS = 30
PORTAL_MEMBER = "P001"  # whose home page has something to show: she stays and pays by card


@dataclass(frozen=True)
class Contract:
    """One subscription: who begins it on which day, with whom, how they pay, and when they ask to leave."""

    ref: str
    plan: str
    day: date
    pays: str  # card, cash or transfer
    channel: str  # desk, online or import
    coupon: bool = False
    addon: int | None = None
    seats: tuple[tuple[str, date], ...] = ()
    leaves: date | None = None
    leaves_how: str = "period_end"


def decide(rows, today, first, seed=SEED):
    """Return the contracts of the people of ``members.csv``, by their day.

    :param rows: dicts of text; a payer stands before who depends on them
    """
    dice = random.Random(seed)
    known = {row["ref"]: row for row in rows}
    joined = {row["ref"]: _joining_day(row, today, first, dice) for row in rows if row["joined_days_ago"]}
    families = _families(rows, joined)
    seated = {ref for refs in families.values() for ref in refs}
    contracts = [
        _decide_one(known[ref], day, families.get(ref, ()), joined, today, first, dice)
        for ref, day in joined.items()
        if ref not in seated
    ]
    return sorted(_with_withdrawals(contracts, dice), key=lambda contract: (contract.day, contract.ref))


def _joining_day(row, today, first, dice):
    """Return the first day that this system bills; the old one billed on paydays."""
    day = today - timedelta(days=int(row["joined_days_ago"]))
    moved = _moving_day(row, today, first)
    return max(day, _payday(moved, today, dice)) if day < moved else day


def _moving_day(row, today, first):
    return first + (today - first) * MOVED[row["branch"]] // WHOLE


def _payday(first, today, dice):
    """Return one of the next two paydays before today, the 1st or the 16th; ``first`` when there is none."""
    days = [first + DAY * number for number in range(FIRST_DAYS)]
    return dice.choice([day for day in days if day.day in (1, 16) and day < today] or [first])


def _families(rows, joined):
    """Return {ref of who pays: refs of who trains on their family plan}."""
    families = {}
    for row in rows:
        if row["payer"] in joined and row["ref"] in joined and not row["left_days_ago"]:
            families.setdefault(row["payer"], []).append(row["ref"])
    return {payer: refs[:5] for payer, refs in families.items()}


def _decide_one(row, day, family, joined, today, first, dice):
    is_new = today - timedelta(days=int(row["joined_days_ago"])) == day
    plan = _plan(row, family, dice)
    leaves, pays = _leaving_day(row, plan, day, today, dice), _means(row, dice)
    online = is_new and bool(row["email"]) and plan not in ("FAM", "EMP") and dice.random() < 0.4
    return Contract(
        ref=row["ref"],
        plan=plan,
        day=day,
        pays=pays,
        channel="import" if not is_new else "online" if online else "desk",
        coupon=is_new and plan in ("BAS", "TOTAL", "PLUS") and dice.random() < 0.15,
        addon=dice.randrange(2 if pays == "card" else 3)
        if plan in ("BAS", "TOTAL", "PLUS") and dice.random() < 0.18
        else None,
        seats=tuple((ref, max(day, joined[ref])) for ref in family),
        leaves=leaves,
        leaves_how="now" if leaves and dice.random() < 0.15 else "period_end",
    )


def _addon(plan, pays, dice):
    """Return which add-on is bought; the one with a cycle of its own is paid at the desk only."""
    if plan not in ("BAS", "TOTAL", "PLUS") or dice.random() > 0.18:
        return None
    return dice.randrange(2 if pays == "card" else 3)


def _means(row, dice):
    if row["ref"] == PORTAL_MEMBER or (row["email"] and dice.random() < CARD_SHARE):
        return "card"
    return dice.choice(("cash", "cash", "transfer"))


def _plan(row, family, dice):
    if family:
        return "FAM"
    if "Convenio empresa" in row["tags"]:
        return "EMP"
    if "Estudiante" in row["tags"]:
        return "MAT"
    return dice.choices(list(PLANS), PLANS.values())[0]


def _leaving_day(row, plan, day, today, dice):
    """Return the day of asking to leave, or ``None``; annual members stay for what they paid."""
    if row["left_days_ago"]:
        return max(today - timedelta(days=int(row["left_days_ago"]) + 9), day + DAY * FEWEST_DAYS)
    if plan in ("ANUAL", "FAM", "EMP") or row["ref"] == PORTAL_MEMBER:
        return None
    while (day := day + DAY * FEWEST_DAYS) < today - DAY * 3:
        if dice.random() < CHURN_A_MONTH * FEWEST_DAYS / 30:
            return day
    return None


def _with_withdrawals(contracts, dice):
    """Let two of those who joined online think better of it within the days that the law gives."""
    online = [one for one in contracts if one.channel == "online" and one.pays == "card" and not one.leaves]
    regretted = {one.ref for one in dice.sample(online, min(2, len(online)))}
    return [
        replace(one, leaves=one.day + DAY * 3, leaves_how="withdrawal") if one.ref in regretted else one
        for one in contracts
    ]


def arrivals(rows, agreed, today, first):
    """Return what the reception has to register on each day: {day: (rows, {ref: since when they are members})}.

    Who was a member before is registered when the branch moves to this system, others on the day on which they join or,
    before that, somebody whom they pay for or guard. Who never joined came to look in the last months.
    """
    dice = random.Random(SEED)
    days = {contract.ref: contract.day for contract in agreed}
    days |= {ref: day for contract in agreed for ref, day in contract.seats}
    joined = {row["ref"]: today - timedelta(days=int(row["joined_days_ago"])) for row in rows if row["joined_days_ago"]}
    moved = {row["ref"]: _moving_day(row, today, first) for row in rows}
    old = {ref: day for ref, day in joined.items() if day < moved[ref]}
    days = {row["ref"]: days.get(row["ref"]) or max(first, today - DAY * dice.randint(1, 100)) for row in rows}
    days |= {ref: moved[ref] for ref in old}
    for row in reversed(rows):
        for tie in filter(None, (row["payer"], row["guardian"])):
            days[tie] = min(days[tie], days[row["ref"]])
    coming = {}
    for row in rows:
        coming.setdefault(days[row["ref"]], ([], old))[0].append(row)
    return coming
