from . import gym_member_anonymise, gym_member_merge, gym_privacy_extend, portal_wizard
