from . import (
    conekta_reference,
    payment_provider,
    payment_provider_account,
    payment_token,
    payment_transaction,
    payment_transaction_answers,
    payment_transaction_ask,
    res_partner,
)
