from . import (
    gym_member_import,
    gym_member_import_income,
    gym_member_import_line,
    gym_member_import_plan,
    gym_member_import_run,
    gym_subscription,
)
