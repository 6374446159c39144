"""Answers with the fields and example values of the public references (github.com/conekta/openapi, read in 2026)."""

import copy

HOSTED = {
    "id": "ord_2tMtQQpDvfnNjiuFG",
    "object": "order",
    "livemode": False,
    "amount": 21605,
    "amount_refunded": 0,
    "currency": "MXN",
    "payment_status": None,
    "created_at": 1676328434,
    "updated_at": 1676328434,
    "is_refundable": False,
    "customer_info": {"object": "customer_info", "customer_id": "cus_2tKcHxhTz7xU5SymF"},
    "metadata": {"odoo_reference": "Dues 1", "odoo_key": "key-1"},
    "charges": {"object": "list", "has_more": False, "total": 0, "data": []},
    "checkout": {
        "object": "checkout",
        "id": "6fca054a-8519-4c43-971e-cea35cc519bb",
        "type": "HostedPayment",
        "status": "Issued",
        "force_3ds_flow": False,
        "can_not_expire": False,
        "expires_at": 1676613599,
        "url": "https://pay.stg.conekta.io/checkout/6fca054a85194c43971ecea35cc519bb",
    },
}
_CHARGE = {
    "id": "63efa757cf65380001aec040",
    "object": "charge",
    "order_id": "ord_2tMtQQpDvfnNjiuFG",
    "amount": 21605,
    "currency": "MXN",
    "livemode": False,
    "created_at": 1676386026,
    "description": "Payment from order",
    "paid_at": None,
    "reference_id": None,
    "status": "pending_payment",
    "failure_code": None,
    "failure_message": None,
    "refunds": None,
}
CASH_METHOD = {
    "object": "cash_payment",
    "type": "cash",
    "auth_code": 542563,
    "cashier_id": "OINM01010",
    "reference": "93000262276908",
    "barcode_url": "https://pt-common-s3-stg.s3.amazonaws.com/644ebf80.png",
    "expires_at": 1683053729,
    "service_name": "OxxoPay",
    "store": "10MON50EDI",
    "store_name": "OXXO",
}
SPEI_METHOD = {
    "object": "bank_transfer_payment",
    "type": "spei",
    "bank": "STP",
    "clabe": "646180111805034237",
    "expires_at": 1683053729,
    "payment_attempts": [],
    "receiving_account_number": "646180111805034237",
    "receiving_account_bank": "STP",
}
CARD_METHOD = {
    "object": "card_payment",
    "type": "credit",
    "name": "Fulano Perez",
    "last4": "6410",
    "brand": "visa",
    "issuer": "santander",
    "exp_month": "10",
    "exp_year": "25",
    "auth_code": "867372",
}
REFUND = {
    "id": "6407b5bee1329a000175ba11",
    "object": "refund",
    "amount": -15000,
    "auth_code": "867372",
    "created_at": 1678226878,
    "expires_at": 1678226878,
    "status": "pending",
}
CHARGEBACK = {
    "id": "chbk_2zPxWFUnGNLySoumn",
    "object": "chargeback",
    "status": "lost",
    "reason": "unrecognized",
    "charge_id": "6966a06c044243000156c24d",
    "created_at": 1768846800,
    "evidence_due_by": 1769126399,
}
DECLINED_402 = {
    "object": "error",
    "type": "processing_error",
    "log_id": "641b6d073cd9a50001515007",
    "details": [
        {
            "message": "The card could not be processed.",
            "code": "conekta.errors.processing.tokenization.used",
            "debug_message": "The token has already been used.",
        }
    ],
}
KEY_401 = {
    "object": "error",
    "type": "authentication_error",
    "log_id": None,
    "details": [
        {
            "message": "Acceso no autorizado.",
            "param": None,
            "code": "conekta.errors.authentication.missing_key",
            "debug_message": "Please include your access key in your request.",
        }
    ],
}
# The public key of the reference "Verificar firmas" (developers.conekta.com); its private half is Conekta's
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0iz57mpVAvxQtuxOyWsW
hM1Jai7WB5cNZFs8xK53A9X9LQiXz30pzoFIhVo9Zm5K5GBpb9frCH8w6yr+/xrX
0VUjbp1VTgZ2iGOm83ykLN7YYQJk5pCt/B69eFPYbMCKFzvauwTtN9tf2KcLQQ2y
Sohxd3H51uUIGcxnSR5oVPoCdY4geSWfK0/FE4SAyVsTB/b3mS0KUor7R2tZupKm
rS26O6QFQrk0ELuGIIriJimjxaQG9V7E/TumKkbDPAcJsiZBF8oep02sXbdNpaxl
j5PNkVIQ2F09BfDJl71DrcAIKYXG7HSgDEoiRkZ3jIzudUNA+qkpYwHJ5Qx9qmgy
uQIDAQAB
-----END PUBLIC KEY-----
"""


def order(payment_status, method=None, **charge):
    """Return an order with one charge."""
    made = copy.deepcopy(HOSTED) | {"payment_status": payment_status}
    if method:
        made["charges"]["data"] = [copy.deepcopy(_CHARGE) | {"payment_method": dict(method)} | charge]
    return made
