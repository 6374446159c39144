from . import gym_access_code, gym_access_guest
