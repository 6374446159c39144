from . import (
    account_move,
    gym_billing_chunk,
    gym_billing_engine,
    gym_billing_event,
    gym_billing_issue,
    gym_billing_preview_line,
    gym_billing_run,
    gym_billing_run_work,
    gym_billing_selection,
    gym_subscription_cover,
    gym_subscription_line,
    res_company,
)
