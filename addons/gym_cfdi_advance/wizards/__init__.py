from . import gym_cfdi_advance_apply
