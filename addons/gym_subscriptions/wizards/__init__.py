from . import gym_once  # dialogs inherit it

# isort: split
from . import gym_subscription_wizard

# isort: split
from . import (
    gym_corporate_agreement,
    gym_corporate_usage,
    gym_subscription_add,
    gym_subscription_begin,
    gym_subscription_cancel,
    gym_subscription_change_plan,
    gym_subscription_come_back,
    gym_subscription_freeze_wizard,
    gym_subscription_party,
    gym_subscription_remove,
)
