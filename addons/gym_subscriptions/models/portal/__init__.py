from . import (
    account_move,
    gym_member,
    gym_plan,
    gym_subscription_access,
    gym_subscription_confirm,
    gym_subscription_history,
    gym_subscription_page,
    gym_subscription_price,
)
