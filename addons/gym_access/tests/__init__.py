from . import test_checkin, test_decision, test_desk, test_grants, test_passes, test_structure
