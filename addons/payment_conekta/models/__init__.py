from . import (
    payment_provider,
    payment_provider_account,
    payment_token,
    payment_transaction,
    payment_transaction_answers,
    payment_transaction_ask,
)
