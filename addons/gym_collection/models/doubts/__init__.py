from . import gym_doubt
