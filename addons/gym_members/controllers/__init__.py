from . import (
    consents,
    kiosk,
    portal,
    portal_address,
    portal_privacy,
    portal_timeline,
    website,
)
