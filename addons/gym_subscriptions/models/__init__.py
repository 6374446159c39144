from . import (
    gym_event,
    gym_location,
    gym_member,
    gym_plan,
    gym_plan_addon,
    gym_plan_price,
    res_company,
    subscription,
)
