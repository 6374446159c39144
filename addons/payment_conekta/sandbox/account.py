"""One merchant's account at a network, as far as we use it: orders, refunds, cards, chargebacks, notifications.

What it holds to, of the public references (read in 2026): bearer key; the media type of its network; money in cents;
a repeated ``Idempotency-Key`` answers with the first result; orders are listed by ``created_at``, newest first, in
pages; a declined charge answers 402 and leaves its order behind; ``DIGEST`` is RSA over SHA-256 of the body. What the
references leave open (how 3-D Secure is told, words of ``checkout.status``) is as ours expects it; see the docs.
"""

import base64
import copy
import itertools
import json
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ..domain.clabe import LENGTH as CLABE_DIGITS
from ..domain.clabe import check_digit
from .answers import Refusal, check_order, make_charge, make_order, wrap

START = 1_780_000_000  # an instant of 2026
TEST_KEY, LIVE_KEY = "key_test", "key_live"
# How a saved card behaves, by the id of its source
GOOD_CARD, POOR_CARD, LOST_CARD = "src_good", "src_funds", "src_lost"
REVIEWED_CARD, CONFIRMED_CARD = "src_review", "src_3ds"


class Account:
    """State of one account; answers requests without any network (:meth:`handle`)."""

    def __init__(self, network, now=START):
        self.network, self.now = network, now
        self.url = network.host
        self.orders, self.customers, self.cards, self.references = {}, {}, {}, {}
        self.webhooks, self.webhook_keys = [], []
        self.idempotent = True
        self._by_key, self._ids = {}, itertools.count(1)

    def make_id(self, prefix):
        return f"{prefix}{next(self._ids):017x}"

    # === REQUESTS === #

    def handle(self, method, path, params, headers, body):
        """Return status and JSON of a request.

        :param dict params: of the query
        :param body: the JSON that came, ``None`` when there was none
        """
        try:
            is_live = self._authenticate(headers)
            key = headers.get("Idempotency-Key")
            if method == "POST" and key and self.idempotent and key in self._by_key:
                return self._by_key[key]
            answer = 200, self._route(method, path, params, body, is_live)
        except Refusal as refusal:
            answer = refusal.status, refusal.body
        if method == "POST" and headers.get("Idempotency-Key") and answer[0] in (200, 402):
            self._by_key[headers["Idempotency-Key"]] = copy.deepcopy(answer)
        return answer

    def _authenticate(self, headers):
        keys = {f"Bearer {TEST_KEY}": False, f"Bearer {LIVE_KEY}": True}
        if headers.get("Authorization") not in keys:
            raise Refusal(401, "authentication_error", "conekta.errors.authentication.invalid_key", "Llave inválida.")
        if headers.get("Accept") != self.network.media_type:
            raise Refusal(409, "conflict_error", "conekta.errors.version", "La versión no coincide.")
        return keys[headers["Authorization"]]

    def _route(self, method, path, params, body, is_live):
        match [method, *path.strip("/").split("/")]:
            case [_, "orders", *rest]:
                return self._route_orders(method, rest, params, body, is_live)
            case ["POST", "customers"]:
                return self._create_customer(body, is_live)
            case ["GET", "customers", customer_id, "payment_sources"]:
                return wrap(self.cards.get(customer_id, []))
            case ["POST", "customers", customer_id, "payment_sources"]:
                return self._create_source(customer_id, body)
            case ["POST", "webhook_keys"]:
                return self._create_webhook_key(is_live)
            case ["GET", "webhooks"]:
                return wrap([{"id": f"wh_{n}", "url": url} for n, url in enumerate(self.webhooks)])
            case ["POST", "webhooks"]:
                self.webhooks.append(body["url"])
                return {"id": self.make_id("wh_"), "url": body["url"], "object": "webhook", "livemode": is_live}
        raise self._not_found()

    def _route_orders(self, method, rest, params, body, is_live):
        match [method, *rest]:
            case ["POST"]:
                return self._create_order(body, is_live)
            case ["GET"]:
                return self._list_orders(params, is_live)
            case ["GET", order_id]:
                return self._get(order_id, is_live)
            case ["POST", order_id, "refunds"]:
                return self._refund(self._get(order_id, is_live), body)
        raise self._not_found()

    @staticmethod
    def _not_found():
        return Refusal(404, "resource_not_found_error", "conekta.errors.resource_not_found.entity", "No existe.")

    def _get(self, order_id, is_live):
        order = self.orders.get(order_id)
        if not order or order["livemode"] != is_live:
            raise self._not_found()
        return order

    def _create_order(self, body, is_live):
        check_order(body, self.network)
        order = make_order(self, body, is_live)
        self.orders[order["id"]] = order
        charges = body.get("charges") or []
        for charge in charges:
            self._charge(order, charge)
        return order

    def _charge(self, order, request):
        charge = make_charge(self, order, request)
        order["charges"]["data"].append(charge)
        source = request["payment_method"].get("payment_source_id")
        if source is None:
            order["payment_status"] = charge["status"] = "pending_payment"
        elif source in (POOR_CARD, LOST_CARD):
            code = "insufficient_funds" if source == POOR_CARD else "stolen_card"
            self.decline(order["id"], code)
            raise Refusal(402, "processing_error", f"conekta.errors.processing.bank.{code}", "Declinada.", order)
        elif source == REVIEWED_CARD:
            order["payment_status"] = charge["status"] = "under_fraud_review"
        elif source == CONFIRMED_CARD:
            order["payment_status"] = charge["status"] = "pending_payment"
            order["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {"url": f"{self.url}/3ds"}}
        else:
            self.pay(order["id"])

    def _list_orders(self, params, is_live):
        since, until = int(params.get("created_at.gte", 0)), int(params.get("created_at.lte", 2**40))
        found = [
            order
            for order in reversed(self.orders.values())
            if since <= order["created_at"] <= until and order["livemode"] == is_live
        ]
        if "next" in params:
            place = [order["id"] for order in found].index(params["next"])
            found = found[place + 1 :]
        limit = int(params.get("limit", 20))
        return wrap(found[:limit], has_more=len(found) > limit)

    def _refund(self, order, body):
        left = order["amount"] - order["amount_refunded"]
        if order["payment_status"] not in ("paid", "partially_refunded") or not 0 < body["amount"] <= left:
            raise Refusal(422, "parameter_validation_error", "conekta.errors.parameter_validation.amount", "Monto.")
        self.refund(order["id"], body["amount"])
        return order

    def _create_customer(self, body, is_live):
        customer_id = self.make_id("cus_")
        self.customers[customer_id] = body
        return {"id": customer_id, "object": "customer", "livemode": is_live, **body}

    def _create_source(self, customer_id, body):
        if customer_id not in self.customers:
            raise self._not_found()
        is_transfer = body["type"] == "spei_recurrent"
        number = f"6461801118{len(self.references):07}" if is_transfer else f"93000{len(self.references):09}"
        reference = number + check_digit(number) if is_transfer else number
        self.references[reference] = customer_id
        source = {"id": self.make_id("off_ref_"), "object": "payment_source", "type": body["type"]}
        barcode = {} if is_transfer else {"barcode_url": f"https://barcodes.example.com/{reference}.png"}
        return source | {"reference": reference, "expires_at": "none", "parent_id": customer_id} | barcode

    # === WHAT HAPPENS TO ORDERS ELSEWHERE === #

    def pay_reference(self, reference, cents, is_live=False):
        """Let somebody pay any amount with a permanent reference; the network makes the order of it."""
        kind = "spei" if len(reference) == CLABE_DIGITS else "cash"
        body = {
            "currency": "MXN",
            "customer_info": {"customer_id": self.references[reference]},
            "line_items": [{"name": "Pago", "unit_price": cents, "quantity": 1}],
        }
        order = make_order(self, body, is_live)
        charge = make_charge(self, order, {"amount": cents, "payment_method": {"type": kind}})
        charge["payment_method"] |= {"clabe" if kind == "spei" else "reference": reference}
        order["charges"]["data"].append(charge)
        self.orders[order["id"]] = order
        return self.pay(order["id"])

    def pay(self, order_id):
        """Let an order be paid: at the store, from the bank's app, by its card."""
        order = self.orders[order_id]
        order["payment_status"] = order["charges"]["data"][-1]["status"] = "paid"
        order["charges"]["data"][-1]["paid_at"] = self.now
        order.pop("next_action", None)
        return order

    def pay_on_page(self, order_id, last4="4242"):
        """Let a payer give a card on the network's page, and have it saved when that was asked for."""
        order = self.orders[order_id]
        method = {"type": "card", "last4": last4}
        order["charges"]["data"].append(make_charge(self, order, {"payment_method": method}))
        customer_id = order["customer_info"].get("customer_id")
        if order["checkout"]["force_save_card"] and customer_id:
            card = {"id": self.make_id("src_"), "type": "card", "last4": last4, "created_at": self.now}
            self.cards.setdefault(customer_id, []).append(card | {"exp_month": "11", "exp_year": "30", "brand": "visa"})
        return self.pay(order_id)

    def decline(self, order_id, code="insufficient_funds"):
        order = self.orders[order_id]
        charge = order["charges"]["data"][-1]
        order["payment_status"] = charge["status"] = "declined"
        charge |= {"failure_code": code, "failure_message": "La tarjeta fue declinada."}
        return order

    def expire(self, order_id):
        order = self.orders[order_id]
        order["payment_status"] = "expired"
        return order

    def refund(self, order_id, cents, status=None):
        """Give money back, as the panel does."""
        order = self.orders[order_id]
        refund = {"id": self.make_id("ref"), "object": "refund", "amount": -cents, "created_at": self.now}
        order["charges"]["data"][-1]["refunds"]["data"].append(refund | ({"status": status} if status else {}))
        order["amount_refunded"] += cents
        is_all = order["amount_refunded"] == order["amount"]
        order["payment_status"] = "refunded" if is_all else "partially_refunded"
        return order

    def charge_back(self, order_id, status="action_required"):
        """Let the bank take a payment back, or decide about that."""
        order = self.orders[order_id]
        order["payment_status"] = "paid" if status == "won" else "charged_back"
        charge = order["charges"]["data"][-1]
        known = charge.get("chargeback") or {"id": self.make_id("chbk_"), "object": "chargeback"}
        facts = {"status": status, "reason": "unrecognized", "evidence_due_by": self.now + 3 * 86400}
        charge["chargeback"] = known | facts
        return order

    # === NOTIFICATIONS === #

    @cached_property
    def signing_key(self):
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def _create_webhook_key(self, is_live):
        self.webhook_keys.append(self.signing_key)
        return {"id": self.make_id("whk"), "active": True, "livemode": is_live, "public_key": self.public_key}

    @property
    def public_key(self):
        return self.signing_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()

    def notify(self, kind, order, **changes):
        """Return body and headers of a notification of an order.

        :param str kind: ``order.paid``, ``charge.refunded``, ...
        """
        event = {
            "id": self.make_id("evt"),
            "object": "event",
            "type": kind,
            "livemode": order["livemode"],
            "created_at": self.now,
            "data": {"object": order, "previous_attributes": {}},
        }
        body = json.dumps(event | changes).encode()
        return body, {"DIGEST": self.sign(body), "Content-Type": "application/json"}

    def sign(self, body):
        return base64.b64encode(self.signing_key.sign(body, padding.PKCS1v15(), SHA256())).decode()
