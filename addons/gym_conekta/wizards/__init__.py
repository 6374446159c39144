from . import gym_payment_desk
