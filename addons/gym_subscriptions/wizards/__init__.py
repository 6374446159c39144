from . import dialog, gym_corporate_usage, gym_subscription_begin, gym_subscription_leave, gym_subscription_modify
