from . import gym_insights, gym_segment
