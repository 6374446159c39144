from . import gym_join_desk
