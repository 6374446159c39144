from . import gym_gate_pairing
