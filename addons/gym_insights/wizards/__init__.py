from . import gym_owing_promise
