from . import (
    gym_location,
    gym_location_closure,
    gym_location_iva_zone,
    gym_member,
    gym_member_portal,
    res_company,
    res_partner,
    res_users,
)
