from . import payment_provider, payment_transaction, payment_transaction_ask
