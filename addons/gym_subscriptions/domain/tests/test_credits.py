from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from gym_subscriptions.domain.credits import Credit, InvoiceLine, cap_credits, match_lines
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
