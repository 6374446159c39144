from . import gym_price_campaign_line, gym_subscription, payment_token
