from . import test_api, test_events, test_gate, test_portal_matrix, test_snapshot, test_structure
