from . import gym_event_mail, payment_token, res_company
