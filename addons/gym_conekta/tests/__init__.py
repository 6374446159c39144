from . import test_desk, test_dues, test_portal, test_structure
