from . import (
    account_move,
    account_payment,
    gym_insight_day,
    gym_insights,
    gym_insights_waiting,
    gym_location,
    gym_money_report,
    gym_owing_report,
    gym_subscription_period,
    ir_http,
)
