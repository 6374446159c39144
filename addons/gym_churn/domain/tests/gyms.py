"""Small simulated gyms for the tests, made once, and their logs as CSV files."""

import csv
from functools import cache

import numpy as np

from gym_churn.domain import worlds
from gym_churn.domain.days import show_day
from gym_churn.domain.log import CONTRACTS, EVENTS, KINDS, NEVER
from gym_churn.domain.rates import CHANNELS, METHODS, Rates

START = worlds.START
WEEKS = 82
DAY = START + 7 * 70


@cache
def gym(seed=1, members=700, kind=worlds.World):
    """A gym with the reference rates, of a year and a half."""
    world = kind(np.random.default_rng(seed), members, months=19, rates=Rates())
    return world, world.run()


def write(log, folder):
    """Write a log as ``scripts/churn`` reads it."""
    members = log.members
    ids = np.array(members.ids)
    names = {months: name for name, months in CONTRACTS.items()}
    kinds, events = ({number: name for name, number in values.items()} for values in (KINDS, EVENTS))
    _write(
        folder / "members.csv",
        "member_id,join_date,club,contract,monthly_fee,age,gender,distance_km,channel,personal_training,payment_method",
        [
            (
                ids[row], show_day(members.join[row]), log.clubs[members.club[row]], names[members.months[row]],
                members.fee[row], int(members.age[row]), "F", members.distance[row], CHANNELS[members.channel[row]],
                int(members.trainer[row]), METHODS[members.method[row]],
            )
            for row in range(len(members))
        ],
    )  # fmt: skip
    visits = zip(log.visit_member, log.visit_day, log.visit_class, strict=True)
    _write(
        folder / "visits.csv",
        "member_id,date,time,kind",
        [(ids[row], show_day(day), "18:00", "class" if is_class else "gym") for row, day, is_class in visits],
    )
    dues = zip(log.due_member, log.due_day, log.due_failed, log.due_paid, strict=True)
    _write(
        folder / "payments.csv",
        "member_id,due_date,amount,first_try,paid_date",
        [
            (ids[row], show_day(day), 500, "failed" if failed else "ok", "" if paid == NEVER else show_day(paid))
            for row, day, failed, paid in dues
        ],
    )
    happened = zip(log.event_club, log.event_kind, log.event_days, log.event_rise, strict=True)
    _write(
        folder / "club_events.csv",
        "club,kind,planned,announced,effective,pct",
        [(log.clubs[club], events[kind], *map(show_day, days), rise) for club, kind, days, rise in happened],
    )
    ended = np.flatnonzero(log.end_day < NEVER)
    _write(
        folder / "churn.csv",
        "member_id,churn_date,kind",
        [(ids[row], show_day(log.end_day[row]), kinds[log.end_kind[row]]) for row in ended],
    )
    return folder


def _write(path, head, rows):
    with path.open("w", newline="") as lines:
        csv.writer(lines).writerows([head.split(","), *rows])
