"""What is owed: once, never beyond a cap, and never less because more happened."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_referrals.domain import rewards
from gym_referrals.domain.rewards import Facts, Limit, Rule, Tier, fit, promises, tier_of

money = st.decimals(0, 5000, places=2)
rules = st.lists(
    st.builds(Rule, st.text(max_size=5), st.sampled_from(rewards.TRIGGERS), money, count=st.integers(1, 12)),
    unique_by=lambda rule: rule.key,
)
RULES = [
    Rule("first", rewards.QUALIFIED, Decimal(150)),
    Rule("each", rewards.PAID_PERIOD, Decimal(50), count=6),
    Rule("third", rewards.NTH, Decimal(300), count=3),
    Rule("stays", rewards.RETAINED, Decimal(100), count=90),
]
SILVER, GOLD = Tier("Silver", 3, Decimal("1.25")), Tier("Gold", 10, Decimal("1.5"))


def keys(facts):
    return [promise[:2] for promise in promises(RULES, facts)]


def test_each_rule_promises_at_its_time():
    assert keys(Facts()) == [("first", "")]
    assert keys(Facts(rank=3, paid_periods=2, days=90)) == [
        *[("first", ""), ("each", "1"), ("each", "2")],
        *[("third", ""), ("stays", "")],
    ]
    assert len(keys(Facts(paid_periods=20))) == 1 + 6


@given(rules, st.integers(1, 12), st.integers(0, 12), st.integers(0, 400), st.integers(0, 6), st.integers(0, 90))
def test_more_paid_dues_and_days_never_take_a_promise_back(found, rank, paid, days, more_paid, more_days):
    before = promises(found, Facts(rank, paid, days))
    after = promises(found, Facts(rank, paid + more_paid, days + more_days))
    assert {*before} <= {*after}
    assert len({promise[:2] for promise in after}) == len(after)


def test_a_tier_raises_to_the_cent():
    [promise] = promises([Rule("a", rewards.QUALIFIED, Decimal("33.33"))], Facts(), SILVER.factor)
    assert promise.amount == Decimal("41.66")


@given(money, st.lists(st.builds(Limit, st.none() | money, money)))
def test_no_cap_is_passed(amount, limits):
    given_now = fit(amount, limits)
    assert 0 <= given_now <= amount
    assert all(limit.most is None or given_now <= max(0, limit.most - limit.given) for limit in limits)


@given(st.lists(money), money)
def test_promises_one_after_another_never_exceed_the_budget(amounts, budget):
    spent = Decimal(0)
    for amount in amounts:
        spent += fit(amount, [Limit(budget, spent)])
    assert spent == min(budget, sum(amounts, Decimal(0)))


def test_tiers_are_reached_by_count():
    assert [tier_of(count, [GOLD, SILVER]) for count in (2, 3, 9, 10)] == [None, SILVER, SILVER, GOLD]
    assert rewards.left_to_next(4, [SILVER, GOLD]) == (GOLD, 6)
    assert rewards.left_to_next(10, [SILVER, GOLD]) is None
