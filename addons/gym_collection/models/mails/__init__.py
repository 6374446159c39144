from . import gym_event, gym_event_mail, gym_subscription, payment_token, res_company
