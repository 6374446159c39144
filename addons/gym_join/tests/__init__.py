from . import (
    test_access,
    test_beginning,
    test_confirmed_once,
    test_draft_fields,
    test_join_desk,
    test_join_guards,
    test_join_online,
    test_portal_matrix,
    test_promotion_reserved,
    test_structure,
)
