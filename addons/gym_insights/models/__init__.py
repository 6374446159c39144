from . import gym_insights_page  # the others inherit from it

# isort: split
from . import (
    account_move,
    account_payment,
    gym_cohort_page,
    gym_cohort_report,
    gym_insight_day,
    gym_insights,
    gym_insights_waiting,
    gym_insights_week,
    gym_location,
    gym_member,
    gym_money_report,
    gym_mrr_report,
    gym_owing_report,
    gym_report_file,
    gym_report_schedule,
    gym_revenue_page,
    gym_segment,
    gym_subscription_period,
    ir_http,
    res_users,
)
