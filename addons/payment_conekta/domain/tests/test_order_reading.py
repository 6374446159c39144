import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment_conekta.domain import statuses
from payment_conekta.domain.order_reading import Card, Chargeback, Malformed, Refund, Voucher, read_order

from . import examples as ex

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def test_an_order_on_a_page():
    order = read_order(ex.HOSTED)
    assert (order.id, order.key, order.reference) == ("ord_2tMtQQpDvfnNjiuFG", "key-1", "Dues 1")
    assert (order.cents, order.currency, order.is_live) == (21605, "MXN", False)
    assert (order.outcome, order.page_url) == (statuses.OPEN, ex.HOSTED["checkout"]["url"])
    assert order.customer_id == "cus_2tKcHxhTz7xU5SymF"


def test_a_voucher_for_the_store():
    order = read_order(ex.order("pending_payment", ex.CASH_METHOD))
    assert order.voucher == Voucher("93000262276908", ex.CASH_METHOD["barcode_url"], 1683053729)
    assert (order.outcome, order.charge_id) == (statuses.PENDING, "63efa757cf65380001aec040")


def test_a_clabe_for_a_transfer():
    order = read_order(ex.order("pending_payment", ex.SPEI_METHOD))
    assert order.voucher == Voucher("646180111805034237", "", 1683053729)


def test_a_card():
    order = read_order(ex.order("paid", ex.CARD_METHOD))
    assert order.card == Card("visa", "6410", "10", "25")
    assert order.voucher is None


def test_refunds_are_positive_and_know_where_they_stand():
    order = read_order(ex.order("partially_refunded", ex.CARD_METHOD, refunds={"data": [ex.REFUND]}))
    assert order.refunds == (Refund("6407b5bee1329a000175ba11", 15000, "pending"),)
    assert order.is_paid


def test_a_chargeback():
    order = read_order(ex.order("charged_back", ex.CARD_METHOD, chargeback=ex.CHARGEBACK))
    assert order.chargeback == Chargeback("chbk_2zPxWFUnGNLySoumn", "lost", "unrecognized", 1769126399)
    assert order.outcome == statuses.DISPUTED


def test_of_several_charges_the_paid_one_counts():
    data = ex.order("paid", ex.CARD_METHOD, status="paid", paid_at=1676386027, created_at=1)
    declined = dict(data["charges"]["data"][0], id="other", status="declined", paid_at=None, created_at=2)
    data["charges"]["data"].append(declined)
    assert read_order(data).charge_id == "63efa757cf65380001aec040"


@pytest.mark.parametrize(("name", "value"), [("id", ""), ("amount", "21605"), ("amount", True), ("livemode", None)])
def test_an_order_without_what_matters_is_none(name, value):
    with pytest.raises(Malformed, match=name):
        read_order(ex.HOSTED | {name: value})


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.com", None, 7])
def test_only_an_encrypted_address_is_one_to_send_a_browser_to(url):
    assert read_order(ex.HOSTED | {"checkout": {"url": url}}).page_url == ""


@given(JSON)
def test_whatever_comes_is_read_or_refused(data):
    with pytest.raises(Malformed):
        read_order(data)


@given(st.sampled_from(sorted(ex.HOSTED)), JSON)
def test_whatever_replaces_a_part_breaks_nothing_else(name, value):
    try:
        order = read_order(ex.HOSTED | {name: value})
    except Malformed:
        return
    assert order.is_paid == (
        value in ("paid", "refunded", "partially_refunded", "charged_back") and name == "payment_status"
    )


@given(JSON)
def test_whatever_a_charge_holds_breaks_nothing(value):
    for name in ("payment_method", "refunds", "chargeback", "created_at", "failure_code", "next_action"):
        assert read_order(ex.order("paid", ex.CARD_METHOD, **{name: value})).is_paid
