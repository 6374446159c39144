from . import (
    gym_awaited,
    gym_billing_run,
    gym_charge,
    gym_charge_mandate,
    gym_charge_notice,
    gym_charge_routing,
    gym_charge_run,
    gym_credit,
    gym_other_day,
    gym_subscription,
    payment_transaction,
)
