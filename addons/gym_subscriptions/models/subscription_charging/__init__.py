# what charging extends comes first
from .. import subscription
from . import (
    gym_awaited,
    gym_charge,
    gym_charge_mandate,
    gym_charge_notice,
    gym_charge_routing,
    gym_charge_run,
    gym_chargeback,
    gym_chargeback_books,
    gym_chargeback_evidence,
    gym_credit,
    gym_doubt,
    gym_other_day,
    gym_refund,
    gym_refund_run,
    gym_subscription_charging,
    gym_surplus,
    payment_transaction,
)
