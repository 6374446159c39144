{
    "name": "Stripe Guard",
    "version": "19.0.1.0.0",
    "summary": "Takes no message from Stripe that Stripe did not sign; follows disputes and expiring cards",
    "category": "Accounting/Payment Providers",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["payment_card_facts", "payment_stripe"],
    "auto_install": True,
    "data": ["views/payment_provider_views.xml"],
}
