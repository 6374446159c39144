from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.credits import Credit, cap_credits
from gym_subscriptions.domain.proration import ZERO

from .strategies import prices

keys = st.sampled_from(["a", "b", "c", None])
credit_lists = st.lists(st.builds(Credit, prices, keys, keys), max_size=8)
lefts = st.dictionaries(st.sampled_from(["a", "b", "c"]), prices | prices.map(lambda price: -price), max_size=3)


@given(credit_lists, lefts, lefts)
def test_nothing_is_given_back_beyond_what_is_left(credits, lines, invoices):
    parts = cap_credits(credits, lines, invoices)
    assert len(parts) == len(credits)
    given_back = {"line": Counter(), "invoice": Counter()}
    for credit, part in zip(credits, parts, strict=True):
        assert ZERO <= part <= credit.amount
        given_back["line"][credit.line] += part
        given_back["invoice"][credit.invoice] += part
    for key, left in lines.items():
        assert given_back["line"][key] <= max(ZERO, left)
    for key, left in invoices.items():
        assert given_back["invoice"][key] <= max(ZERO, left)


@given(credit_lists)
def test_what_has_no_limit_is_given_back_whole(credits):
    assert cap_credits(credits, {}, {}) == [credit.amount for credit in credits]


def test_the_days_left_of_an_invoice_given_back_are_not_given_back_again():
    asked = [Credit(Decimal("482.90"), "dues", "invoice")]
    assert cap_credits(asked, {"dues": Decimal(0)}, {"invoice": Decimal(0)}) == [ZERO]
    assert cap_credits(asked, {"dues": Decimal(499)}, {"invoice": Decimal(100)}) == [Decimal(100)]
