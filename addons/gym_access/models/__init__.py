from . import gym_code_holder  # which others inherit

# isort: split
from . import (
    gym_access_act,
    gym_access_anchor,
    gym_access_card,
    gym_access_changes,
    gym_access_desk,
    gym_access_grant,
    gym_access_override_reason,
    gym_access_pass,
    gym_access_phone,
    gym_access_policy,
    gym_access_presence,
    gym_access_text,
    gym_allowance_entry,
    gym_checkin,
    gym_event,
    gym_location,
    gym_member,
    gym_member_access,
    gym_member_facts,
)
