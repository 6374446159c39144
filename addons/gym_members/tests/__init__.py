from . import (
    test_access,
    test_gym_consent,
    test_gym_location,
    test_gym_member,
    test_gym_member_import,
    test_member_duplicates,
    test_member_merge,
    test_portal,
    test_portal_data,
    test_portal_invite,
    test_portal_privacy,
    test_privacy_request,
)
