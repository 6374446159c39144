from . import gym_member_import, gym_member_import_plan, gym_member_import_run
