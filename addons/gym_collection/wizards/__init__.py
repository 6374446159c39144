from . import cash_journal  # dialogs that book money inherit it

# isort: split
from . import cash_day

# isort: split
from . import gym_chargeback_wizard, gym_doubt_dialog, gym_payment_desk, gym_refund_wizard
