from . import (
    account_move,
    digest_digest,
    gym_collection_report,
    gym_deferral,
    gym_deferral_closing,
    gym_mrr_report,
    gym_subscription_cover,
    gym_subscription_period,
    gym_trial_report,
    gym_unearned_report,
    gym_value_report,
    res_company,
)
