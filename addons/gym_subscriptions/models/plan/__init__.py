from . import (
    gym_coupon,
    gym_plan,
    gym_plan_access,
    gym_plan_addon,
    gym_plan_price,
    gym_plan_season,
    gym_plan_seats,
    gym_plan_terms,
    gym_promotion,
)
