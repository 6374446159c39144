from . import (
    account_chart_template,
    account_move,
    gym_cancel_reason,
    gym_closure,
    gym_corporate_agreement,
    gym_event,
    gym_location,
    gym_member,
    gym_member_privacy,
    gym_plan,
    gym_plan_access,
    gym_plan_addon,
    gym_plan_price,
    gym_plan_season,
    gym_plan_seats,
    gym_plan_terms,
    gym_price_campaign,
    gym_promotion,
    res_company,
    subscription,
    subscription_charging,
    subscription_dunning,
    subscription_import,
    subscription_mail,
)

# isort: split
from . import billing, books, joining  # extend the models above
