from . import gym_start
