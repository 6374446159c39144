"""What the sandbox answers with, and what it refuses."""

LARGEST_CASH, SMALLEST_CASH = 1_000_000, 1_000
_FEMSA_ONLY_CASH = "digital_femsa"
_CLABE = "646180111805034237"  # of the public reference


class Refusal(Exception):
    """An answer of the 4xx class, as both networks word theirs."""

    def __init__(self, status, kind, code, message, order=None):
        super().__init__(message)
        self.status = status
        detail = {"code": code, "message": message, "debug_message": message, "param": None}
        self.body = {"object": "error", "type": kind, "log_id": "507f1f77bcf86cd799439011", "details": [detail]}
        if order:
            self.body["data"] = {"object": "order", "id": order["id"]}


def wrap(items, has_more=False):
    return {"object": "list", "has_more": has_more, "total": len(items), "data": list(items)}


def check_order(body, network):
    """Refuse an order that lacks what the reference requires."""
    body = body or {}
    customer = body.get("customer_info") or {}
    for name in ("currency", "line_items", "customer_info"):
        if not body.get(name):
            raise _invalid(name)
    if "customer_id" not in customer and not all(customer.get(name) for name in ("name", "email", "phone")):
        raise _invalid("customer_info")
    for charge in body.get("charges") or []:
        _check_charge(charge, network)


def _check_charge(charge, network):
    kind, amount = charge["payment_method"]["type"], charge["amount"]
    if not isinstance(amount, int) or amount <= 0:
        raise _invalid("amount")
    if kind == "cash" and not SMALLEST_CASH <= amount <= LARGEST_CASH:
        raise _invalid("amount")
    if network.code == _FEMSA_ONLY_CASH and kind != "cash":
        raise _invalid("payment_method.type")


def _invalid(name):
    code = f"conekta.errors.parameter_validation.{name}.invalid"
    return Refusal(422, "parameter_validation_error", code, f"El parámetro {name} es inválido.")


def make_order(account, body, is_live):
    order = {
        "id": account.make_id("ord_"),
        "object": "order",
        "livemode": is_live,
        "currency": body["currency"],
        "amount": sum(item["unit_price"] * item["quantity"] for item in body["line_items"]),
        "amount_refunded": 0,
        "payment_status": None,
        "customer_info": {"object": "customer_info", **body["customer_info"]},
        "metadata": body.get("metadata") or {},
        "processing_mode": body.get("processing_mode"),
        "created_at": account.now,
        "updated_at": account.now,
        "charges": wrap([]),
    }
    if page := body.get("checkout"):
        slug = account.make_id("")
        url = f"{account.url}/checkout/{slug}"
        order["checkout"] = {"force_save_card": False, **page, "status": "Issued", "url": url, "object": "checkout"}
    return order


def make_charge(account, order, request):
    return {
        "id": account.make_id("chr"),
        "object": "charge",
        "order_id": order["id"],
        "amount": request.get("amount", order["amount"]),
        "currency": order["currency"],
        "livemode": order["livemode"],
        "created_at": account.now,
        "paid_at": None,
        "reference_id": request.get("reference_id"),
        "failure_code": None,
        "failure_message": None,
        "refunds": wrap([]),
        "status": "pending_payment",
        "payment_method": _make_method(account, request["payment_method"]),
    }


def _make_method(account, method):
    expires_at = method.get("expires_at") or 0
    if method["type"] == "cash":
        reference = f"93000{account.now % 10**9:09}"
        is_oxxo = account.network.code == _FEMSA_ONLY_CASH
        return {
            "object": "cash_payment",
            "type": "cash",
            "reference": reference,
            "barcode_url": f"https://barcodes.example.com/{reference}.png",
            "expires_at": expires_at,
            "service_name": "OxxoPay" if is_oxxo else "Conekta Efectivo",
        }
    if method["type"] == "spei":
        receiving = {"receiving_account_number": _CLABE, "receiving_account_bank": "STP", "bank": "STP"}
        return {
            "object": "bank_transfer_payment",
            "type": "spei",
            "clabe": _CLABE,
            "expires_at": expires_at,
            **receiving,
        }
    card = {"last4": method.get("last4", "4242"), "brand": "visa", "exp_month": "11", "exp_year": "30"}
    return {"object": "card_payment", "type": "credit", "issuer": "bbva", **card}
