from . import gym_doubt  # which the others inherit

# isort: split
from . import gym_charge, gym_refund
