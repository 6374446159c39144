"""A server on the loopback interface that behaves as Mercado Pago documents its Payments API, as far as we use it.

Facts of the API reference that it enforces: bearer token on every request; JSON bodies only (a form gets 400, code
E239); a card token can be used once; a repeated ``X-Idempotency-Key`` returns the first payment; payments are found by
``external_reference``, chargebacks by ``payment_id``. As with the documented test cards, the name of the card holder
decides the status (APRO, FUND, CONT, OTHE).
"""

import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

ACCESS_TOKEN = "APP_USR-test"
_OUTCOMES = {
    "APRO": ("approved", "accredited"),
    "FUND": ("rejected", "cc_rejected_insufficient_amount"),
    "CONT": ("in_process", "pending_contingency"),
    "OTHE": ("rejected", "cc_rejected_other_reason"),
}

# What goes wrong with the next payment request
LOST_REQUEST = "lost request"  # the connection breaks before the payment is made
LOST_ANSWER = "lost answer"  # the payment is made, then the connection breaks
ERROR_BEFORE = "error before"  # 500 without a payment
ERROR_AFTER = "error after"  # 500 although the payment was made
GARBAGE_AFTER = "garbage after"  # the payment is made, the answer is no JSON


class MercadoPagoServer:
    """The state of one seller's account, and the server that speaks for it; use it as a context manager."""

    def __init__(self):
        self.cards = {}  # card id -> holder name
        self.payments = {}
        self.chargebacks = {}  # chargeback id -> chargeback
        self.requests = []  # (method, path, headers, body) of all that came
        self.fault = None
        self.is_down = False
        self._tokens = {}
        self._by_key = {}
        self._ids = itertools.count(1_300_000_001)
        handler = type("Handler", (_Handler,), {"account": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()

    def sent(self, method, path):
        """Return headers and bodies of the requests that came to ``path``."""
        return [(headers, body) for verb, at, headers, body in self.requests if (verb, at) == (method, path)]

    # --- What an account can do ---

    def make_card_token(self, body):
        if body.get("card_id") not in self.cards:
            return 404, {"message": "card not found", "error": "not_found", "status": 404}
        token = f"{next(self._ids):032x}"
        self._tokens[token] = body["card_id"]
        return 201, {"id": token, "card_id": body["card_id"], "status": "active"}

    def make_payment(self, body, key):
        if not key:
            return 400, {"message": "Header X-Idempotency-Key can't be null", "status": 400}
        if key in self._by_key:
            return 201, self.payments[self._by_key[key]]
        card = self._tokens.pop(body.get("token"), None)
        if card is None:
            return 400, {"message": "Invalid card_token_id", "error": "bad_request", "status": 400}
        status, detail = _OUTCOMES[self.cards[card]]
        payment = self.add_payment(
            status=status,
            status_detail=detail,
            transaction_amount=body["transaction_amount"],
            external_reference=body.get("external_reference"),
            metadata=body.get("metadata") or {},
        )
        self._by_key[key] = payment["id"]
        return 201, payment

    def add_payment(self, **values):
        """Put a payment into the account, as if somebody had made it elsewhere."""
        number = next(self._ids)
        self.payments[number] = {
            "id": number,
            "date_created": f"2026-05-10T10:00:{number % 60:02}.000-06:00",
            "status": "approved",
            "status_detail": "accredited",
            "currency_id": "MXN",
            "payment_type_id": "credit_card",
            "payment_method_id": "visa",
            "issuer_id": "25",
            "payer": {"id": "1", "email": "payer@example.com"},
            "external_reference": None,
            "metadata": {},
            "additional_info": {},
        } | values
        return self.payments[number]

    def charge_back(self, payment, **values):
        """Let the bank take a payment back; returns the chargeback as ``GET /v1/chargebacks`` lists it."""
        payment |= {"status": "charged_back", "status_detail": "in_process"}
        number = str(217_000_087_654_321_000 + next(self._ids))
        self.chargebacks[number] = {
            "id": number,
            "payments": [payment["id"]],
            "currency": "MXN",
            "amount": payment["transaction_amount"],
            "reason": "fraud",
            "coverage_applied": None,
            "documentation_required": True,
            "documentation_status": "pending",
            "date_documentation_deadline": "2026-05-26T23:59:59.000-04:00",
            "date_created": "2026-05-16T17:19:13.000-04:00",
            "live_mode": True,
        } | values
        return self.chargebacks[number]

    def save_card(self):
        return 201, {"id": str(next(self._ids)), "last_four_digits": "3704"}

    def search_chargebacks(self, payment_id):
        found = [one for one in self.chargebacks.values() if int(payment_id) in one["payments"]]
        return 200, {"paging": {"total": len(found), "limit": 30, "offset": 0}, "results": found}

    def search(self, reference):
        found = [payment for payment in self.payments.values() if payment["external_reference"] == reference]
        found.sort(key=lambda payment: payment["id"], reverse=True)
        return 200, {"paging": {"total": len(found), "limit": 30, "offset": 0}, "results": found}


class _Handler(BaseHTTPRequestHandler):
    account = None

    def log_message(self, *_args):
        pass

    def _reply(self, status, content):
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self, method):
        """Note the request and return its path, query and body; ``None`` when it was answered already."""
        url = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        is_json = self.headers.get("Content-Type") == "application/json"
        body = json.loads(raw) if raw and is_json else {}
        self.account.requests.append((method, url.path, self.headers, body or raw.decode()))
        if self.account.is_down:
            self._reply(503, b"<html>Service Unavailable</html>")
        elif self.headers.get("Authorization") != f"Bearer {ACCESS_TOKEN}":
            self._reply(401, {"message": "invalid access token", "status": 401})
        elif method == "POST" and not is_json:
            self._reply(400, {"message": "invalid request body", "status": 400, "cause": [{"code": "E239"}]})
        else:
            return url.path, parse_qs(url.query), body
        return None

    def do_GET(self):
        if not (begun := self._begin("GET")):
            return
        path, query, _body = begun
        number = path.rpartition("/")[2]
        if path == "/v1/payments/search":
            self._reply(*self.account.search(query["external_reference"][0]))
        elif path == "/v1/customers/search":
            self._reply(200, {"results": [{"id": "customer-1"}]})
        elif path == "/v1/chargebacks/search":
            self._reply(*self.account.search_chargebacks(query["payment_id"][0]))
        elif number.isdigit() and int(number) in self.account.payments:
            self._reply(200, self.account.payments[int(number)])
        else:
            self._reply(404, {"message": "Payment not found", "status": 404})

    def do_POST(self):
        if not (begun := self._begin("POST")):
            return
        path, _query, body = begun
        if path == "/v1/card_tokens":
            self._reply(*self.account.make_card_token(body))
        elif path == "/v1/payments":
            self._pay(body)
        elif path == "/v1/customers/customer-1/cards":
            self._reply(*self.account.save_card())
        else:
            self._reply(404, {"message": "resource not found", "status": 404})

    def _pay(self, body):
        fault, self.account.fault = self.account.fault, None
        if fault == LOST_REQUEST:
            self.close_connection = True
        elif fault == ERROR_BEFORE:
            self._reply(500, {"message": "internal_error", "status": 500})
        else:
            answer = self.account.make_payment(body, self.headers.get("X-Idempotency-Key"))
            if fault == LOST_ANSWER:
                self.close_connection = True
            elif fault == ERROR_AFTER:
                self._reply(500, {"message": "internal_error", "status": 500})
            elif fault == GARBAGE_AFTER:
                self._reply(200, b"<html>gateway</html>")
            else:
                self._reply(*answer)
