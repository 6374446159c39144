"""The client against a server that speaks the documented API of both networks."""

import pytest
import requests

from payment_conekta.domain import order_writing as w
from payment_conekta.domain.errors import InDoubt, Never, TryAgain
from payment_conekta.domain.networks import CONEKTA, DIGITAL_FEMSA
from payment_conekta.domain.signature import is_signed, split_keys
from payment_conekta.domain.statuses import PAID, PENDING
from payment_conekta.sandbox import server as faults
from payment_conekta.sandbox.account import LIVE_KEY, LOST_CARD, POOR_CARD, TEST_KEY
from payment_conekta.sandbox.server import ConektaServer
from payment_conekta.services.client import ConektaClient

PAYER = w.prepare_customer("Fulano Perez", "fulano@example.com", "5522997233")


@pytest.fixture(params=[CONEKTA, DIGITAL_FEMSA], ids=lambda network: network.code)
def server(request):
    with ConektaServer(request.param) as running:
        yield running


@pytest.fixture
def conekta():
    with ConektaServer(CONEKTA) as running:
        yield running


def client_of(server, key=TEST_KEY, **options):
    return ConektaClient(server.network, key, host=server.url, **options)


def make(cents=49900, reference="Dues 1", key="key-1"):
    return w.prepare_order(cents, reference, reference, key, PAYER)


def voucher(cents=49900, **options):
    return w.as_voucher(make(cents, **options), "cash", 1_900_000_000)


def test_a_voucher_is_made_paid_and_asked_for(server):
    client = client_of(server)
    order = client.create_order(voucher(), "key-1")
    assert (order.outcome, order.cents, order.voucher.expires_at) == (PENDING, 49900, 1_900_000_000)
    server.pay(order.id)
    assert client.get_order(order.id).outcome == PAID


def test_the_headers_are_those_of_the_network(server):
    client_of(server).create_order(voucher(), "key-1")
    [(headers, _body)] = server.sent("POST", "/orders")
    assert headers["Accept"] == server.network.media_type
    assert headers["Authorization"] == f"Bearer {TEST_KEY}"
    assert headers["Idempotency-Key"] == "key-1"
    assert headers["Accept-Language"] == "es"


def test_the_same_key_twice_is_one_order(server):
    client = client_of(server)
    assert client.create_order(voucher(), "key-1") == client.create_order(voucher(), "key-1")
    assert len(server.orders) == 1


def test_the_other_networks_media_type_is_refused(conekta):
    with pytest.raises(InDoubt):
        ConektaClient(DIGITAL_FEMSA, TEST_KEY, host=conekta.url).create_order(voucher(), "key-1")
    assert not conekta.orders


def test_orders_of_test_and_live_keys_do_not_see_each_other(server):
    order = client_of(server).create_order(voucher(), "key-1")
    assert not order.is_live
    assert client_of(server, LIVE_KEY).get_order(order.id) is None


def test_a_declined_card_says_why_and_leaves_its_order(conekta):
    client = client_of(conekta)
    for card, reason in ((POOR_CARD, "funds"), (LOST_CARD, "lost")):
        with pytest.raises(Never) as caught:
            client.create_order(w.with_saved_card(make(key=card), card), card)
        assert caught.value.reason == reason
        assert client.get_order(caught.value.order_id).failure_code


def test_a_wrong_key_is_refused(server):
    with pytest.raises(Never) as caught:
        client_of(server, "key_wrong").check()
    assert caught.value.reason == "key"


def test_more_than_a_store_takes_is_refused(server):
    with pytest.raises(Never):
        client_of(server).create_order(voucher(1_000_001), "key-1")


def test_oxxo_pay_takes_no_cards():
    with ConektaServer(DIGITAL_FEMSA) as femsa, pytest.raises(Never):
        client_of(femsa).create_order(w.with_saved_card(make(), "src_good"), "key-1")


@pytest.mark.parametrize("fault", [fault for fault in faults.FAULTS if fault != faults.TOO_MANY])
def test_a_lost_or_unreadable_answer_leaves_a_doubt(conekta, fault):
    conekta.fault = fault
    with pytest.raises(InDoubt):
        client_of(conekta).create_order(voucher(), "key-1")
    assert len(conekta.orders) == (fault not in (faults.LOST_REQUEST, faults.ERROR_BEFORE))


def test_an_answer_that_comes_too_late_leaves_a_doubt(conekta):
    conekta.fault = faults.SLOW_ANSWER
    with pytest.raises(InDoubt) as caught:
        client_of(conekta, timeout_s=0.2).create_order(voucher(), "key-1")
    assert caught.value.codes == ("timeout",)
    assert len(conekta.orders) == 1


def test_too_many_requests_leave_no_doubt(conekta):
    conekta.fault = faults.TOO_MANY
    with pytest.raises(TryAgain):
        client_of(conekta).create_order(voucher(), "key-1")


def test_nobody_there_leaves_no_doubt(conekta):
    conekta.__exit__()
    client = client_of(conekta)
    for call in (client.check, lambda: client.create_order(voucher(), "key-1")):
        with pytest.raises(TryAgain):
            call()


def test_reading_is_never_in_doubt(conekta):
    conekta.is_down = True
    with pytest.raises(TryAgain):
        client_of(conekta).get_order("ord_1")


def test_no_error_tells_the_key(conekta):
    conekta.fault = faults.LOST_ANSWER
    with pytest.raises(InDoubt) as caught:
        client_of(conekta, "key_secret").create_order(voucher(), "key-1")
    assert "key_secret" not in f"{caught.value!r} {caught.value.codes} {caught.value.__cause__}"


def test_orders_are_found_by_our_key_over_many_pages(conekta, monkeypatch):
    monkeypatch.setattr("payment_conekta.services.client.PAGE", 3)
    client = client_of(conekta)
    for number in range(10):
        client.create_order(voucher(key=f"key-{number % 5}", reference=f"Dues {number}"), f"sent-{number}")
    found = client.find_orders("key-0", conekta.now - 60, conekta.now + 60)
    assert sorted(order.reference for order in found) == ["Dues 0", "Dues 5"]
    assert client.find_orders("key-0", conekta.now + 1, conekta.now + 60) == []


def test_more_pages_than_can_be_looked_through_are_not_taken_for_none(conekta, monkeypatch):
    monkeypatch.setattr("payment_conekta.services.client.PAGE", 1)
    monkeypatch.setattr("payment_conekta.services.client.MOST_PAGES", 2)
    client = client_of(conekta)
    for number in range(4):
        client.create_order(voucher(reference=f"Dues {number}"), f"sent-{number}")
    with pytest.raises(TryAgain):
        client.find_orders("key-9", conekta.now - 60, conekta.now + 60)


def test_a_list_without_its_content_is_not_taken_for_an_empty_one(conekta, monkeypatch):
    monkeypatch.setattr(conekta, "handle", lambda *_request: (200, {"object": "list"}))
    with pytest.raises(TryAgain):
        client_of(conekta).find_orders("key-1", 0, 1)


def test_part_and_rest_of_a_payment_are_given_back(conekta):
    client = client_of(conekta)
    order = client.create_order(w.with_saved_card(make(), "src_good"), "key-1")
    assert [refund.cents for refund in client.refund_order(order.id, 10000, "r-1").refunds] == [10000]
    assert [refund.cents for refund in client.refund_order(order.id, 39900, "r-2").refunds] == [10000, 39900]
    with pytest.raises(Never):
        client.refund_order(order.id, 1, "r-3")


def test_a_refund_sent_twice_is_one(conekta):
    client = client_of(conekta)
    order = client.create_order(w.with_saved_card(make(), "src_good"), "key-1")
    for _time in range(2):
        assert len(client.refund_order(order.id, 10000, "r-1").refunds) == 1


def test_a_card_given_on_the_page_is_kept_for_its_customer(conekta):
    client = client_of(conekta)
    customer_id = client.create_customer(PAYER, "customer-1")
    order = w.prepare_order(49900, "Join", "Join", "key-1", {"customer_id": customer_id})
    page = w.on_page(order, ["card"], "https://gym.example.com/back", 1_900_000_000, is_saving=True)
    made = client.create_order(page, "key-1")
    assert made.page_url
    conekta.pay_on_page(made.id)
    [card] = client.list_cards(customer_id)
    assert (card["last4"], client.get_order(made.id).card.last4) == ("4242", "4242")
    charged = client.create_order(w.with_saved_card(make(key="key-2"), card["id"]), "key-2")
    assert charged.outcome == PAID


def test_three_d_secure_tells_where_the_holder_confirms(conekta):
    order = client_of(conekta).create_order(w.with_saved_card(make(), "src_3ds", "https://gym.example.com"), "key-1")
    assert (order.outcome, order.action_url) == (PENDING, f"{conekta.url}/3ds")


def test_a_notification_is_signed_with_the_key_that_was_made(server):
    client = client_of(server)
    keys = split_keys(client.create_webhook_key())
    client.create_webhook("https://gym.example.com/hook", ["order.paid"])
    assert client.list_webhooks() == ["https://gym.example.com/hook"]
    order = client.create_order(voucher(), "key-1")
    body, headers = server.notify("order.paid", server.pay(order.id))
    assert is_signed(body, headers["DIGEST"], keys)
    assert not is_signed(body + b" ", headers["DIGEST"], keys)


def test_redirections_are_not_followed(conekta, monkeypatch):
    seen = {}

    def request(*_args, **options):
        seen.update(options)
        response = requests.Response()
        response.status_code, response._content = 302, b""
        return response

    monkeypatch.setattr(requests, "request", request)
    with pytest.raises(InDoubt):
        client_of(conekta).create_order(voucher(), "key-1")
    assert seen["allow_redirects"] is False
