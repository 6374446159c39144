from . import gym_location, website
