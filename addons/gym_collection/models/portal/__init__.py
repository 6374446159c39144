from . import account_move, gym_subscription, payment_token
