from . import (
    consents,
    kiosk,
    portal,
    portal_privacy,
    portal_timeline,
    website,
)
