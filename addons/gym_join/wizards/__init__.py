from . import gym_join_desk, gym_member
