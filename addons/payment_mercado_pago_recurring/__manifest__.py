{
    "name": "Mercado Pago for Recurring Charges",
    "version": "19.0.1.0.0",
    "summary": "Charges saved cards through Mercado Pago, and asks again for the result of a charge without answer",
    "category": "Accounting/Payment Providers",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["payment_card_facts", "payment_mercado_pago", "vigor_cron"],
    "auto_install": True,
    "data": [
        "data/ir_cron.xml",
        "views/payment_provider_views.xml",
        "views/payment_transaction_views.xml",
    ],
}
