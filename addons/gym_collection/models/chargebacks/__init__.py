from . import (
    account_move_chargeback,
    account_move_chargeback_books,
    account_partial_reconcile,
    gym_charge,
    gym_chargeback,
    gym_chargeback_books,
    gym_chargeback_evidence,
    payment_transaction,
)
