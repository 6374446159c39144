from . import (
    account_move,
    gym_deferral,
    gym_deferral_closing,
    gym_subscription_cover,
    gym_subscription_period,
    gym_unearned_report,
    res_company,
)
