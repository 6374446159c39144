from . import (
    dialog,
    gym_corporate_usage,
    gym_subscription_begin,
    gym_subscription_cancel,
    gym_subscription_freeze_wizard,
    gym_subscription_modify,
)
