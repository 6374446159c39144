from . import (
    account_move_refund,
    account_move_refund_run,
    account_move_surplus,
    gym_refund,
    gym_refund_run,
    gym_refund_surplus,
    payment_transaction,
)
