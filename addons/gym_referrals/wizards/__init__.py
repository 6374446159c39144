from . import gym_referral_refusal
