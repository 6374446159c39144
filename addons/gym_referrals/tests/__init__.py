from . import (
    test_access,
    test_invitation,
    test_join,
    test_portal_matrix,
    test_programs,
    test_review,
    test_rewards,
    test_structure,
)
