from . import (
    cash_day,
    cash_journal,
    dialog,
    gym_chargeback_wizard,
    gym_corporate_usage,
    gym_doubt_dialog,
    gym_join_desk,
    gym_payment_desk,
    gym_refund_wizard,
    gym_subscription_begin,
    gym_subscription_leave,
    gym_subscription_modify,
)
