from . import payment_token, payment_transaction
