from . import gym_staff_role  # which others inherit

# isort: split
from . import gym_staff_change, gym_staff_invite
