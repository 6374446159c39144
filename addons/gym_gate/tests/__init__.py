from . import (
    test_api,
    test_equal,
    test_events,
    test_gate,
    test_portal_matrix,
    test_program,
    test_snapshot,
    test_structure,
)
