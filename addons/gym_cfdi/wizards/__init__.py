from . import gym_cfdi_csd_upload
