from . import (
    test_checkin,
    test_decision,
    test_desk,
    test_grants,
    test_javascript,
    test_location,
    test_passes,
    test_phone,
    test_portal_matrix,
    test_structure,
)
