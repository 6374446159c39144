from . import gym_privacy_extend
