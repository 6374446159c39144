"""Whatever Odoo posts, the CFDI says the same total and stays within the SAT's limits."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gym_cfdi.domain import xsd
from gym_cfdi.domain.amounts import AmountsError, InvoiceLine, LineTax, amounts_of_invoice
from gym_cfdi.domain.builder import build
from gym_cfdi.domain.composition import compose_concept, compose_totals
from gym_cfdi.domain.limits import decimals_of, product_limits, rounded, tax_limits
from gym_cfdi.domain.reader import parse
from gym_cfdi.domain.rules import check

from .clean_documents import INVOICE

CENT = Decimal("0.01")
IVA16 = ("traslado", "002", "Tasa", Decimal("0.160000"))
IVA8 = ("traslado", "002", "Tasa", Decimal("0.080000"))
IVA0 = ("traslado", "002", "Tasa", Decimal("0.000000"))
EXEMPT = ("traslado", "002", "Exento", None)
IEPS8 = ("traslado", "003", "Tasa", Decimal("0.080000"))
RET_ISR = ("retencion", "001", "Tasa", Decimal("0.012500"))
RET_ISR10 = ("retencion", "001", "Tasa", Decimal("0.100000"))
RET_IVA = ("retencion", "002", "Tasa", Decimal("0.106667"))
MIXES = [(), (IVA16,), (IVA8,), (IVA0,), (EXEMPT,), (IVA16, RET_ISR), (IVA16, RET_ISR10, RET_IVA), (IVA16, IEPS8)]


def cents(number):
    return number.quantize(CENT, ROUND_HALF_UP)


def line(net, *keys, gross=None, quantity="1", amount=None, reference=None):
    net = Decimal(net)
    taxes = tuple(
        LineTax(*key, base=net, amount=Decimal(amount) if amount is not None else cents(net * (key[3] or 0)))
        for key in keys
    )
    return InvoiceLine(Decimal(quantity), net, Decimal(gross) if gross else None, taxes, reference)


# --- What Odoo posts --------------------------------------------------------------------------------------------------


@dataclass
class Typed:
    """A line as a person types it in Odoo."""

    quantity: Decimal
    price: Decimal
    discount: Decimal
    keys: tuple
    price_included: bool


def signed(key):
    return -(key[3] or 0) if key[0] == "retencion" else (key[3] or 0)


def raw_net(typed, discount):
    total = typed.quantity * typed.price * (1 - discount / 100)
    return total / (1 + sum(signed(key) for key in typed.keys)) if typed.price_included else total


def spread(total, amounts, weights):
    """Give the cents that ``amounts`` lack to reach ``total`` to the heaviest ones, as Odoo does."""
    order = sorted(range(len(amounts)), key=lambda index: -abs(weights[index])) or [0]
    missing, turn = total - sum(amounts), 0
    while missing:
        step = CENT if missing > 0 else -CENT
        amounts[order[turn % len(order)]] += step
        missing -= step
        turn += 1
    return amounts


def post(lines, globally):
    """Return invoice lines and total as Odoo computes them with ``round_globally`` or ``round_per_line``."""
    raw = [raw_net(item, item.discount) for item in lines]
    if not globally:
        raw = [cents(net) for net in raw]
    nets = [cents(net) for net in raw]
    taxes = {}
    for included in (False, True):
        for key in sorted({key for item in lines for key in item.keys}, key=str):
            members = [i for i, item in enumerate(lines) if key in item.keys and item.price_included is included]
            raw_taxes = [raw[i] * (key[3] or 0) for i in members]
            posted = [cents(amount) for amount in raw_taxes]
            if globally and members:
                spread(cents(sum(raw_taxes)), posted, raw_taxes)
            taxes |= {(i, key): amount for i, amount in zip(members, posted, strict=True)}
    if globally:
        _round_nets(lines, raw, nets, taxes)
    invoice = [
        InvoiceLine(
            quantity=item.quantity,
            net=nets[i],
            gross=raw_net(item, Decimal(0)) if item.discount else None,
            taxes=tuple(LineTax(*key, base=nets[i], amount=taxes[i, key]) for key in item.keys),
            reference=i,
        )
        for i, item in enumerate(lines)
    ]
    total = sum(nets) + sum(-amount if key[0] == "retencion" else amount for (_i, key), amount in taxes.items())
    return invoice, total


def _round_nets(lines, raw, nets, taxes):
    """Round the bases of each mix of taxes together; with price included, total less taxes."""
    for mix, included in {(item.keys, item.price_included) for item in lines}:
        members = [i for i, item in enumerate(lines) if (item.keys, item.price_included) == (mix, included)]
        whole = sum(raw[i] for i in members)
        if included:
            gross = cents(sum(raw[i] * (1 + sum(signed(key) for key in mix)) for i in members))
            charged = sum(-taxes[i, key] if key[0] == "retencion" else taxes[i, key] for i in members for key in mix)
            target = gross - charged
        else:
            target = cents(whole)
        fixed = spread(target, [nets[i] for i in members], [raw[i] for i in members])
        for i, net in zip(members, fixed, strict=True):
            nets[i] = net


def amounts_between(low, high, places):
    return st.decimals(low, high, places=places, allow_nan=False, allow_infinity=False)


typed_lines = st.builds(
    Typed,
    quantity=st.one_of(st.integers(1, 500).map(Decimal), amounts_between("0.01", "99", 2)),
    price=st.one_of(amounts_between("0.01", "99999", 2), amounts_between("0.000001", "500", 6)),
    discount=st.one_of(st.just(Decimal(0)), amounts_between("0", "99.99", 2)),
    keys=st.sampled_from(MIXES),
    price_included=st.booleans(),
)


# --- What the SAT accepts ---------------------------------------------------------------------------------------------


def assert_within_sat_limits(amounts):
    for concept in amounts.concepts:
        assert concept.unit_value > 0 and decimals_of(concept.unit_value) <= 6
        low, high = product_limits(concept.quantity, concept.unit_value, decimals_of(concept.amount))
        assert low <= concept.amount <= high
        assert concept.discount is None or 0 < concept.discount <= concept.amount
        assert concept.discount is None or decimals_of(concept.discount) <= decimals_of(concept.amount)
        taxes = concept.transferred + concept.withheld
        assert bool(taxes) == (concept.tax_object == "02")
        for tax in taxes:
            assert tax.base > 0
            if tax.factor == "Exento":
                assert tax.rate is None and tax.amount is None
            else:
                low, high = tax_limits(tax.base, tax.rate, decimals_of(tax.amount))
                assert low <= tax.amount <= high


def assert_sums_agree(amounts):
    concepts = amounts.concepts
    assert amounts.subtotal == rounded(sum(concept.amount for concept in concepts), 2)
    assert (amounts.discount or 0) == sum(concept.discount or 0 for concept in concepts)
    for total in amounts.transferred:
        same = [
            tax
            for concept in concepts
            for tax in concept.transferred
            if (tax.tax, tax.factor, tax.rate) == (total.tax, total.factor, total.rate)
        ]
        assert total.base == sum(tax.base for tax in same)
        assert (total.amount or 0) == sum(tax.amount or 0 for tax in same)
    for tax_key, amount in amounts.withheld:
        assert amount == sum(tax.amount for concept in concepts for tax in concept.withheld if tax.tax == tax_key)
    taxes = (amounts.total_transferred or 0) - (amounts.total_withheld or 0)
    assert amounts.total == amounts.subtotal - (amounts.discount or 0) + taxes


@settings(deadline=None)
@given(st.lists(typed_lines, min_size=1, max_size=12), st.booleans())
def test_any_invoice_keeps_its_total_and_the_limits(lines, globally):
    invoice, total = post(lines, globally)
    assume(any(cents(max(item.net, item.gross or item.net)) for item in invoice))
    assume(all(item.net >= 0 for item in invoice))
    amounts = amounts_of_invoice(invoice)
    assert amounts.total == total
    assert_sums_agree(amounts)
    assert_within_sat_limits(amounts)


@settings(deadline=None)
@given(st.lists(typed_lines, min_size=1, max_size=6), st.booleans(), amounts_between("-0.99", "0.99", 2))
def test_any_invoice_with_cash_rounding_keeps_its_total_and_its_taxes(lines, globally, rounding):
    invoice, total = post(lines, globally)
    rounding = rounding.quantize(CENT)
    assume(all(item.net >= 0 for item in invoice))
    assume(sum(item.net for item in invoice) > abs(rounding))
    plain, amounts = amounts_of_invoice(invoice), amounts_of_invoice([*invoice, line(rounding)])
    assert amounts.total == total + rounding
    assert (amounts.transferred, amounts.withheld) == (plain.transferred, plain.withheld)
    assert_sums_agree(amounts)
    assert_within_sat_limits(amounts)


@settings(deadline=None)
@given(st.lists(amounts_between("10", "5000", 2), min_size=1, max_size=6), amounts_between("0.01", "9.99", 2))
def test_a_discount_line_becomes_discount_of_the_others(prices, discount):
    prices = [price.quantize(CENT) for price in prices]
    lines = [line(price, IVA16) for price in prices] + [line(-discount.quantize(CENT), IVA16)]
    amounts = amounts_of_invoice(lines)
    assert amounts.discount == discount
    assert amounts.total == sum(item.net + item.taxes[0].amount for item in lines)
    assert_sums_agree(amounts)
    assert_within_sat_limits(amounts)


def composed(amounts):
    """A whole document with these amounts, issued at the border: some have IVA at 8 %."""
    concepts = tuple(
        compose_concept(concept, clave_prod_serv="91101501", clave_unidad="E48", descripcion="Mensualidad")
        for concept in amounts.concepts
    )
    return replace(INVOICE, lugar_expedicion="22000", conceptos=concepts, **compose_totals(amounts))


@settings(deadline=None)
@given(st.lists(typed_lines, min_size=1, max_size=8), st.booleans(), st.sampled_from("IE"))
def test_any_invoice_makes_a_document_that_rules_and_schema_pass(lines, globally, document_type):
    invoice, total = post(lines, globally)
    assume(any(cents(max(item.net, item.gross or item.net)) for item in invoice))
    assume(all(item.net >= 0 for item in invoice))
    document = replace(composed(amounts_of_invoice(invoice)), tipo_de_comprobante=document_type)
    assert check(document) == []
    assert document.total == total
    assert xsd.violations(parse(build(document))) == []


# --- Cases ------------------------------------------------------------------------------------------------------------


def test_membership_with_tax_included():
    amounts = amounts_of_invoice([line("430.17", IVA16, amount="68.83")])
    assert (amounts.subtotal, amounts.total_transferred, amounts.total) == (
        Decimal("430.17"),
        Decimal("68.83"),
        Decimal("499.00"),
    )
    assert amounts.discount is None and amounts.total_withheld is None


def test_cents_of_global_rounding_go_where_the_limits_admit_them():
    lines = [line("33.33", IVA16, amount=amount) for amount in ("5.30", "5.33", "5.37")]
    amounts = amounts_of_invoice(lines)
    assert [concept.transferred[0].amount for concept in amounts.concepts] == [
        Decimal("5.33"),
        Decimal("5.33"),
        Decimal("5.34"),
    ]
    assert amounts.total_transferred == Decimal("16.00")


def test_quantity_times_unit_value_admits_the_amount():
    amounts = amounts_of_invoice([line("100.00", IVA16, quantity="3")])
    assert (amounts.concepts[0].quantity, amounts.concepts[0].unit_value) == (3, Decimal("33.333333"))
    assert_within_sat_limits(amounts)


@pytest.mark.parametrize(
    "typed, written", [("1.0", "1"), ("10.00", "10"), ("1.50", "1.5"), ("-2", "2"), ("0.33333333", "0.333333")]
)
def test_quantities_are_written_short(typed, written):
    amounts = amounts_of_invoice([line("100.00", IVA16, quantity=typed)])
    assert str(amounts.concepts[0].quantity) == written
    assert_within_sat_limits(amounts)


def test_a_price_too_small_to_be_written_is_stated_as_one_unit():
    amounts = amounts_of_invoice([line("0.01", quantity="100000")])
    assert (amounts.concepts[0].quantity, amounts.concepts[0].unit_value) == (1, Decimal("0.01"))


def test_discount_of_the_line():
    amounts = amounts_of_invoice([line("90.00", IVA16, gross="100.00")])
    assert (amounts.subtotal, amounts.discount, amounts.total) == (100, 10, Decimal("104.40"))
    assert amounts.concepts[0].transferred[0].base == 90


def test_a_line_given_away_causes_no_tax():
    amounts = amounts_of_invoice([line("100", IVA16), line("0", IVA16, gross="50", reference="towel")])
    towel = amounts.concepts[1]
    assert (towel.tax_object, towel.amount, towel.discount, towel.transferred) == ("04", 50, 50, ())
    assert amounts.total == 116


def test_a_line_without_price_is_left_out():
    assert len(amounts_of_invoice([line("100", IVA16), line("0")]).concepts) == 1


def test_exempt_only_has_no_total_of_taxes():
    amounts = amounts_of_invoice([line("100", EXEMPT)])
    assert amounts.total_transferred is None
    assert amounts.transferred[0].amount is None
    assert amounts.total == 100


def test_taxes_withheld_are_summed_by_tax():
    amounts = amounts_of_invoice([line("1000", IVA16, RET_ISR10, RET_IVA), line("500", IVA16, RET_ISR)])
    assert dict(amounts.withheld) == {"001": Decimal("106.25"), "002": Decimal("106.67")}
    assert amounts.total == Decimal("1740.00") - Decimal("212.92")


def test_amounts_may_come_with_fewer_decimals_than_the_currency():
    taxes = (LineTax(*IVA16, base=Decimal("33.3"), amount=Decimal("5.3")),)
    amounts = amounts_of_invoice(
        [line("66.7", IVA16, amount="10.7"), InvoiceLine(Decimal(1), Decimal("33.3"), None, taxes)]
    )
    assert amounts.total == 116
    assert_within_sat_limits(amounts)


def test_currency_without_decimals():
    taxes = (LineTax(*IVA16, base=Decimal(1000), amount=Decimal(160)),)
    amounts = amounts_of_invoice([InvoiceLine(Decimal(3), Decimal(1000), None, taxes)], decimals=0)
    assert str(amounts.total) == "1160"


def test_a_tax_changed_by_hand_is_refused_with_its_limits():
    with pytest.raises(AmountsError, match=r"posted as 20\.00.*15\.99 to 16\.01"):
        amounts_of_invoice([line("100.00", IVA16, amount="20.00")])


def test_a_negative_line_needs_lines_with_the_same_taxes():
    with pytest.raises(AmountsError, match="no lines with the same taxes"):
        amounts_of_invoice([line("100", IVA16), line("-10", IVA8)])
    with pytest.raises(AmountsError, match="no lines with the same taxes"):
        amounts_of_invoice([line("100", IVA16), line("-110", IVA16)])


def test_nothing_to_invoice():
    with pytest.raises(AmountsError, match="no line"):
        amounts_of_invoice([line("0")])


def test_a_discount_larger_than_any_line_is_spread():
    amounts = amounts_of_invoice([line("100", IVA16), line("60", IVA16), line("-120", IVA16)])
    assert [concept.discount for concept in amounts.concepts] == [75, 45]
    assert amounts.total == Decimal("46.40")
    assert_within_sat_limits(amounts)


def test_cents_of_discount_move_where_rounding_one_by_one_left_no_room():
    lines = [line("3508.46", IVA16), line("3508.46", IVA16)] + [line("-0.35", IVA16) for _time in range(3)]
    total = sum(item.net + item.taxes[0].amount for item in lines)
    amounts = amounts_of_invoice(lines)
    assert amounts.total == total == Decimal("8138.39")
    assert amounts.discount == Decimal("1.05")
    assert [concept.discount for concept in amounts.concepts] != [Decimal("0.70"), Decimal("0.35")]
    assert_sums_agree(amounts)
    assert_within_sat_limits(amounts)


def test_an_advance_that_covers_the_whole_line():
    amounts = amounts_of_invoice([line("100", IVA16), line("-100", IVA16), line("50", IVA16)])
    assert amounts.total == 58
    assert_sums_agree(amounts)
    assert_within_sat_limits(amounts)


@given(amounts_between("1", "99999", 2), st.integers(1, 100))
def test_an_untaxed_negative_line_lowers_the_total_and_not_the_tax(net, percent):
    tax = LineTax("traslado", "002", "Tasa", Decimal("0.16"), net, cents(net * Decimal("0.16")))
    taken = cents(net * percent / 100)
    lines = [InvoiceLine(Decimal(1), net, taxes=(tax,)), InvoiceLine(Decimal(1), -taken)]
    amounts = amounts_of_invoice(lines)
    assert amounts.total == net + tax.amount - taken
    (concept,) = amounts.concepts
    assert (concept.transferred[0].base, concept.transferred[0].amount) == (net, tax.amount)
