{
    "name": "Card Facts",
    "version": "19.0.1.0.0",
    "summary": "What providers tell about cards besides payments: disputes, and when a card expires",
    "category": "Accounting/Payment Providers",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["payment", "vigor_clock"],
    "data": ["views/payment_token_views.xml"],
}
