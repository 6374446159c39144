{
    "name": "Conekta and OXXO Pay",
    "version": "19.0.1.0.0",
    "summary": "Cards, cash at stores, OXXO and SPEI in Mexico, through Conekta and Digital FEMSA",
    "category": "Accounting/Payment Providers",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["payment_card_facts", "vigor_cron", "vigor_vault"],
    "data": [
        "views/payment_provider_views.xml",
        "views/payment_transaction_views.xml",
        "views/payer_templates.xml",
        "data/payment_method_data.xml",
        "data/payment_provider_data.xml",
        "data/ir_cron.xml",
    ],
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
