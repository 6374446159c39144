"""A server on the loopback interface that speaks Stripe's API as documented, as far as these addons use it.

``POST /webhook_endpoints`` takes a form and answers with the secret; ``GET /disputes/{id}`` answers with the dispute;
``GET /payment_intents`` lists those of a customer, the newest first; ``GET /refunds`` those of a payment.
Everything wants the secret key as a bearer.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

SECRET_KEY = "sk_test"
WEBHOOK_SECRET = "whsec_test"


class StripeServer:
    """The state of one account, and the server that speaks for it; use it as a context manager."""

    def __init__(self):
        self.disputes = {}
        self.intents = []
        self.refunds = []
        self.asked = []  # paths of all that came
        self.forms = []
        self.is_down = False
        handler = type("Handler", (_Handler,), {"account": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_exception):
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    account = None

    def log_message(self, *_args):
        pass

    def _reply(self, status, content):
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _begin(self):
        """Note the request; tell whether it may be answered as asked."""
        self.account.asked.append(self.path)
        if self.account.is_down:
            self._reply(503, {"error": {"message": "unavailable"}})
        elif self.headers["Authorization"] != f"Bearer {SECRET_KEY}":
            self._reply(401, {"error": {"message": "invalid key"}})
        else:
            return True
        return False

    def do_GET(self):
        if not self._begin():
            return
        address = urlsplit(self.path)
        if address.path == "/payment_intents":
            self._list_intents(parse_qs(address.query))
            return
        if address.path == "/refunds":
            listed = [
                one
                for one in self.account.refunds
                if [one["payment_intent"]] == parse_qs(address.query)["payment_intent"]
            ]
            self._reply(200, {"object": "list", "data": listed, "has_more": False})
            return
        dispute = self.account.disputes.get(self.path.removeprefix("/disputes/"))
        self._reply(200 if dispute else 404, dispute or {"error": {"message": "no such dispute"}})

    def _list_intents(self, query):
        """Answer with a page of two, after ``starting_after``."""
        [customer], after = query["customer"], query.get("starting_after", [None])[0]
        listed = [intent for intent in self.account.intents if intent["customer"] == customer]
        start = next((place + 1 for place, intent in enumerate(listed) if intent["id"] == after), 0)
        page = listed[start : start + 2]
        self._reply(200, {"object": "list", "data": page, "has_more": start + len(page) < len(listed)})

    def do_POST(self):
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if not self._begin():
            return
        self.account.forms.append(form)
        is_good = self.path == "/webhook_endpoints" and form.get("url")
        answer = {"id": "we_1", "secret": WEBHOOK_SECRET} if is_good else {"error": {"message": "bad request"}}
        self._reply(200 if is_good else 400, answer)
