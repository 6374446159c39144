from . import gym_refund, gym_refund_run, gym_surplus
