from . import account_move, gym_dunning_case, gym_dunning_policy, gym_dunning_steps
