from . import account_move, account_move_batch, res_company, res_partner
