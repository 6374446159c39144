from . import gym_start_company
