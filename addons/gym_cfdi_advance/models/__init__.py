from . import account_move, account_move_line, gym_cfdi_advance_use, gym_cfdi_document, product_template
