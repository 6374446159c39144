from . import gym_subscription, payment_token
