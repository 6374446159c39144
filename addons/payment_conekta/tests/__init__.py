from . import (
    test_asking,
    test_disputes,
    test_faults,
    test_payers,
    test_payment_provider,
    test_references,
    test_refunds,
    test_structure,
    test_token_charge,
    test_webhook,
)
