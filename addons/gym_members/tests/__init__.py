from . import test_gym_member
