from . import (
    test_billing_engine,
    test_billing_run,
    test_charging,
    test_dunning,
    test_gym_plan,
    test_gym_promotion,
    test_structure,
    test_subscription_cancel,
    test_subscription_change,
    test_subscription_freeze,
    test_subscription_join,
    test_subscription_parties,
)
