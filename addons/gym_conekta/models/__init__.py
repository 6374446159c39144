from . import gym_member, payment_transaction, res_partner
