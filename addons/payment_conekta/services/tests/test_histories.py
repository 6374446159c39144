"""No double charge and no lost payment, whatever breaks: thousands of random histories of one due each.

A history is the life of one payment: it is sent, asked about, paid, refunded, while answers get lost, servers fail, the
process is killed between any two steps, and notifications come twice, late, in any order or never. At its end the
network is well again and everything is asked about once more; then what the network took and what the books say have to
be the same.
"""

import copy
import json
import random
from dataclasses import dataclass, field

import pytest
import requests

from payment_conekta.domain import order_writing as w
from payment_conekta.domain.errors import ConektaError, InDoubt, Never
from payment_conekta.domain.following import is_never_received, match_refunds
from payment_conekta.domain.networks import CONEKTA
from payment_conekta.domain.statuses import next_state
from payment_conekta.sandbox.account import GOOD_CARD, POOR_CARD, REVIEWED_CARD, START, TEST_KEY, Account
from payment_conekta.sandbox.server import FAULTS, answer_with_fault
from payment_conekta.services.client import ConektaClient
from payment_conekta.services.once import ask, create_once

HISTORIES = 12_000
BLOCKS = 6
PAYER = w.prepare_customer("Fulano Perez", "fulano@example.com", "5522997233")
CENTS = 49900


class Killed(Exception):
    """The process died here; only what was written down is left."""


@dataclass
class Wire:
    """Carries requests to the account without a socket, and loses what :class:`random.Random` says."""

    account: Account
    chance: random.Random
    trouble: float
    faults: int = 0

    def request(self, method, url, params=None, json=None, headers=None, **_options):
        fault = self.chance.choice(FAULTS) if self.chance.random() < self.trouble else None
        self.faults += bool(fault)
        path = url.removeprefix(self.account.url)
        answer = answer_with_fault(self.account, fault, (method, path, params or {}, headers, copy.deepcopy(json)))
        if answer is None:
            raise requests.exceptions.ConnectionError("reset")
        response = requests.Response()
        response.status_code, response._content = answer
        return response


@dataclass
class Refund:
    cents: int
    key: str
    sent_at: int | None = None
    state: str = "draft"
    network_id: str = ""


@dataclass
class Payment:
    key: str
    sent_at: int | None = None
    state: str = "draft"
    order_id: str = ""
    refunds: list = field(default_factory=list)


class Merchant:
    """Does what the models do: writes down, sends, takes over the answer; ``written`` survives a kill."""

    def __init__(self, chance, idempotent):
        self.chance, self.account = chance, Account(CONEKTA)
        self.account.idempotent = idempotent
        self.wire = Wire(self.account, chance, trouble=0.3)
        self.client = ConektaClient(CONEKTA, TEST_KEY, session=self.wire)
        self.card = chance.choice([GOOD_CARD, GOOD_CARD, POOR_CARD, REVIEWED_CARD, None])
        self.written = [Payment("due-0")]
        self.mortality = 0.1

    def may_die(self):
        if self.chance.random() < self.mortality:
            raise Killed

    def step(self, action, *args):
        """Do one thing on a copy of what is written down, which is kept unless the process dies."""
        now = copy.deepcopy(self.written)
        try:
            action(now, *args)
        except Killed:
            return
        self.written = now

    def write_down(self, now):
        self.written = copy.deepcopy(now)
        self.may_die()

    # --- paying ---

    def send(self, payments):
        """Try to collect: a payment that failed for good is tried again as a new one."""
        if payments[-1].state in ("error", "cancel"):
            payments.append(Payment(f"due-{len(payments)}"))
        payment = payments[-1]
        if payment.state == "done":
            return
        before = payment.sent_at
        payment.sent_at = payment.sent_at or self.account.now
        self.write_down(payments)
        base = w.prepare_order(CENTS, payment.key, payment.key, payment.key, PAYER)
        request = w.with_saved_card(base, self.card) if self.card else w.as_voucher(base, "cash", START + 86400)
        try:
            order = create_once(self.client, request, payment.key, before, self.account.now, payment.order_id)
        except Never as error:
            payment.order_id = error.order_id
            payment.state = "error"
        except InDoubt:
            payment.state = "pending"
        except ConektaError:
            return  # nothing is known, nothing changes
        else:
            self.may_die()
            self.take(payment, order)

    def ask(self, payments):
        for payment in payments:
            if payment.sent_at is None:
                continue
            try:
                found, repeated = ask(self.client, payment.key, payment.sent_at, self.account.now, payment.order_id)
            except ConektaError:
                continue
            assert not repeated
            if found:
                self.take(payment, found)
            elif payment.state in ("draft", "pending") and is_never_received(self.account.now - payment.sent_at):
                payment.state = "error"

    def notify(self, payments, order_data):
        """A notification names an order, which is then asked for."""
        payment = next((one for one in payments if one.key == order_data["metadata"]["odoo_key"]), None)
        if payment:
            try:
                found = self.client.get_order(order_data["id"])
            except ConektaError:
                return
            if found:
                self.take(payment, found)

    def take(self, payment, order):
        payment.order_id = payment.order_id or order.id
        payment.state = next_state(payment.state, order.outcome) or payment.state
        self.may_die()
        known = {one.network_id: one for one in payment.refunds if one.network_id}
        unanswered = [(one, one.cents) for one in payment.refunds if not one.network_id and one.sent_at is not None]
        for theirs, ours in match_refunds(order.refunds, known, unanswered):
            if ours is None:
                ours = Refund(theirs.cents, theirs.id)
                payment.refunds.append(ours)
            ours.network_id, ours.state = theirs.id, theirs.state

    # --- giving back ---

    def refund(self, payments):
        payment = payments[-1]
        if payment.state != "done":
            return
        refund = next((one for one in payment.refunds if one.state in ("draft", "pending")), None)
        if refund is None:
            left = CENTS - sum(one.cents for one in payment.refunds if one.state != "error")
            if left < 10000:
                return
            refund = Refund(10000, f"{payment.key}-r{len(payment.refunds)}")
            payment.refunds.append(refund)
        was_sent, refund.sent_at = refund.sent_at is not None, refund.sent_at or self.account.now
        self.write_down(payments)
        try:
            if was_sent:
                self.take(payment, self.client.get_order(payment.order_id))
                if refund.state == "done":
                    return
            order = self.client.refund_order(payment.order_id, refund.cents, refund.key)
        except Never:
            refund.state = "error"
        except ConektaError:
            refund.state = "pending"
        else:
            self.may_die()
            self.take(payment, order)

    # --- at the end ---

    def heal(self):
        """The network is well, nobody dies, hours pass, and everything is asked about."""
        self.wire.trouble = self.mortality = 0
        for _time in range(2):
            self.account.now += 3 * 3600
            self.step(self.ask)


def live(chance):
    merchant = Merchant(chance, idempotent=chance.random() < 0.5)
    notifications = []
    for _step in range(chance.randint(3, 14)):
        merchant.account.now += chance.choice([1, 60, 900, 5000])
        orders = list(merchant.account.orders.values())
        match chance.randrange(7):
            case 0 | 1:
                merchant.step(merchant.send)
            case 2:
                merchant.step(merchant.ask)
            case 3:
                merchant.step(merchant.refund)
            case 4 if orders and chance.choice(orders)["payment_status"] in ("pending_payment", "expired"):
                order = chance.choice(orders)
                if order["payment_status"] in ("pending_payment", "expired"):  # late money is money
                    notifications += [merchant.account.pay(order["id"])] * chance.randint(0, 2)
            case 5 if orders:
                order = chance.choice(orders)
                if order["payment_status"] == "pending_payment":
                    merchant.account.expire(order["id"])
                notifications.append(order)
            case 6 if notifications:
                merchant.step(merchant.notify, json.loads(json.dumps(chance.choice(notifications))))
    merchant.heal()
    return merchant


@pytest.mark.parametrize("block", range(BLOCKS))
def test_what_the_network_took_and_what_the_books_say_are_the_same(block):
    took_money = gave_back = faults = 0
    for number in range(HISTORIES // BLOCKS):
        seed = f"{block}-{number}"
        merchant = live(random.Random(seed))
        taken = [one for one in merchant.account.orders.values() if one["charges"]["data"][-1]["paid_at"]]
        booked = [payment for payment in merchant.written if payment.state == "done"]
        assert sorted(one["id"] for one in taken) == sorted(payment.order_id for payment in booked), seed
        if merchant.card:
            assert len(taken) <= 1, f"{seed}: charged twice"
        by_key = [one["metadata"]["odoo_key"] for one in taken]
        assert len(by_key) == len(set(by_key)), f"{seed}: one payment was charged twice"
        refunded = sum(one["amount_refunded"] for one in taken)
        assert refunded == sum(one.cents for pay in booked for one in pay.refunds if one.state == "done"), seed
        took_money, gave_back = took_money + bool(taken), gave_back + bool(refunded)
        faults += merchant.wire.faults
    assert faults * BLOCKS > 10_000
    assert took_money > 200, "the histories have to be of money"
    assert gave_back > 20
