from . import (
    gym_subscription,
    gym_subscription_billing,
    gym_subscription_change,
    gym_subscription_charge_line,
    gym_subscription_contract,
    gym_subscription_freeze,
    gym_subscription_gate,
    gym_subscription_line,
    gym_subscription_period,
    gym_subscription_promotion,
)
