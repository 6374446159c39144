from . import (
    account_chart_template,
    account_journal,
    account_move,
    gym_cancel_reason,
    gym_corporate_agreement,
    gym_event,
    gym_location,
    gym_mass_freeze,
    gym_member,
    gym_member_privacy,
    gym_price_campaign,
    ir_qweb_field_monetary,
    plan,
    res_company,
    res_currency,
    subscription,
)

# isort: split
from . import billing, importing, portal  # extend the models above
