from . import test_gym_plan, test_structure
