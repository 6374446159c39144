from . import (
    account_chart_template,
    account_move,
    gym_cancel_reason,
    gym_corporate_agreement,
    gym_event,
    gym_location,
    gym_mass_freeze,
    gym_member,
    gym_member_privacy,
    gym_price_campaign,
    plan,
    res_company,
    subscription,
)

# isort: split
from . import billing, importing, portal  # extend the models above
