from . import gym_journal_choice  # dialogs that book money inherit it

# isort: split
from . import gym_cash_day

# isort: split
from . import (
    gym_charge,
    gym_chargeback_record,
    gym_doubt_dialog,
    gym_member,
    gym_payment_desk,
    gym_refund_dialog,
    gym_refund_pay,
    gym_subscription,
)
