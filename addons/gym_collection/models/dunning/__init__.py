from . import (
    account_move,
    account_partial_reconcile,
    gym_dunning_case,
    gym_dunning_policy,
    gym_dunning_steps,
    gym_subscription_entry,
)
