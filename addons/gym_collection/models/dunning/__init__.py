from . import (
    account_account,
    account_move,
    account_move_entry,
    account_partial_reconcile,
    gym_dunning_case,
    gym_dunning_case_steps,
    gym_dunning_policy,
    gym_dunning_step,
    gym_dunning_taken,
    gym_subscription,
    gym_subscription_entry,
)
