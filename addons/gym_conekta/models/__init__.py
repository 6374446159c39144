from . import payment_transaction, res_partner
