from . import (
    gym_coupon,
    gym_join,
    gym_join_data,
    gym_join_finish,
    gym_join_mail,
    gym_join_promotion,
    gym_join_signature,
    gym_location,
    gym_member,
    gym_plan,
    gym_promotion,
    payment,
)
