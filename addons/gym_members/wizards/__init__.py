from . import (
    gym_consent_paper,
    gym_consent_tablet_link,
    gym_member_anonymise,
    gym_member_merge,
    gym_privacy_extend,
    portal_wizard,
)
