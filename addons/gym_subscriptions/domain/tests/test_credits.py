from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.credits import Credit, InvoiceLine, TaxParts, cap_credits, credit_parts, match_lines
from gym_subscriptions.domain.proration import ZERO, allocate, to_cents

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


products, texts = st.sampled_from(["dues", "locker"]), st.sampled_from(["March", "April"])
drawn_lines = st.lists(st.tuples(products, texts, prices), min_size=1, max_size=6)


def _lines(found, prefix):
    return [InvoiceLine(f"{prefix}{number}", *values) for number, values in enumerate(found)]


@given(drawn_lines, st.randoms())
def test_a_mirrored_note_gives_back_each_line_once(found, random):
    billed = _lines(found, "billed")
    mirrored = _lines(found, "note")
    random.shuffle(mirrored)
    matched = match_lines(mirrored, billed)
    assert sorted(matched.values()) == sorted(line.key for line in billed)
    values = {line.key: (line.product, line.text, line.amount) for line in (*billed, *mirrored)}
    assert all(values[key] == values[target] for key, target in matched.items())


def test_two_parts_of_one_line_and_what_resembles_nothing():
    billed = _lines([("dues", "March", Decimal(499)), ("locker", "March", Decimal(100))], "billed")
    parts = _lines([("dues", "Sorry", Decimal(50)), ("dues", "Sorry again", Decimal(20))], "note")
    assert match_lines(parts, billed) == {"note0": "billed0", "note1": "billed0"}
    stranger = _lines([("towel", "Sorry", Decimal(5))], "note")
    assert match_lines(stranger, billed) == {}
    assert match_lines(stranger, billed[:1]) == {"note0": "billed0"}
    assert match_lines(stranger, []) == {}


def split(total, rate):
    """Split a price with IVA as Odoo does: the base rounded, the tax what is left."""
    base = to_cents(total / (1 + rate))
    return TaxParts(base, {"iva": total - base})


rates = st.sampled_from([Decimal("0.16"), Decimal("0.08"), Decimal(0)])


def give_back(price, rate, parts):
    """Give a billed price back in parts; returns what is left of it, and whether each part ran on from the others."""
    billed, given, all_ran_on = split(price, rate), TaxParts(), True
    for part in parts:
        credit = credit_parts(billed, given, part, {"iva": rate})
        all_ran_on &= credit is not None
        given += credit or split(part, rate)
    return billed + -given, all_ran_on


@given(prices.filter(bool), rates, st.lists(st.integers(1, 9), min_size=1, max_size=12))
def test_parts_that_come_to_the_whole_give_back_its_base_and_its_tax(price, rate, weights):
    parts = filter(None, allocate(price, dict(enumerate(weights))).values())
    left, all_ran_on = give_back(price, rate, parts)
    assert left.total == ZERO
    assert abs(left.base) <= (ZERO if all_ran_on else Decimal("0.01"))


def test_three_thirds_of_a_hundred_leave_no_cent():
    thirds = [Decimal("33.33"), Decimal("33.33"), Decimal("33.34")]
    left, _all_ran_on = give_back(Decimal(100), Decimal("0.16"), thirds)
    assert left == TaxParts(ZERO, {"iva": ZERO})
    assert sum(split(part, Decimal("0.16")).base for part in thirds) == Decimal("86.20"), "each by itself"


@given(prices.filter(lambda price: price > 1), rates, st.integers(1, 99))
def test_no_credit_has_a_tax_that_the_sat_refuses(price, rate, percent):
    billed = split(price, rate)
    part = to_cents(price * percent / 100)
    credit = credit_parts(billed, split(part, rate), price - part, {"iva": rate})
    assert credit is None or abs(credit.taxes["iva"] - credit.base * rate) < Decimal("0.0115")
