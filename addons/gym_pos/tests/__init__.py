from . import test_dues, test_rights, test_structure
