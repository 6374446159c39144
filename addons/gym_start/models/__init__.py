from . import gym_join_desk, gym_start, gym_start_steps, ir_http, res_company
