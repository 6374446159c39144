from . import (
    test_disputes,
    test_payment_provider,
    test_reconcile,
    test_structure,
    test_token_charge,
    test_webhook,
)
