"""A racket at the desk, and what only looks like one."""

import math

from gym_referrals.domain.desk import Desk
from gym_referrals.domain.fraud import Referral, judge


def usual(count=60):
    """Referrals of many members, written down by three employees in turn."""
    return [Referral(f"M{i}", f"F{i}", f"E{i % 3}", visits=9) for i in range(count)]


def of_one(count, employees):
    return [Referral("PAL", f"W{i}", employees[i % len(employees)], visits=9) for i in range(count)]


def held(referrals):
    people = {person: {} for each in referrals for person in (each.referrer, each.friend)}
    return sum(finding.verdict == "hold" for finding in judge(people, referrals))


def test_ten_friends_by_one_employee_are_held():
    assert held(usual() + of_one(10, ["E1"])) == 10


def test_ten_friends_by_all_employees_are_not():
    assert held(usual() + of_one(10, ["E0", "E1", "E2"])) == 0


def test_three_friends_tell_nothing():
    desk = Desk(usual() + of_one(3, ["E1"]))
    assert desk.odds(Referral("PAL", "W0", "E1")) == -math.inf


def test_a_gym_with_one_employee_accuses_nobody_for_that():
    referrals = [Referral(f"M{i // 3}", f"F{i}", "E1", visits=9) for i in range(60)] + of_one(5, ["E1"])
    assert held(referrals) == 0


def test_what_is_usual_is_said():
    desk = Desk(usual() + of_one(9, ["E1"]))
    assert desk.count(Referral("PAL", "W0", "E1")) == 9
    assert 2.5 < desk.expected(Referral("PAL", "W0", "E1")) < 3.5
