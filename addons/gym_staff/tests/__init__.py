from . import test_staff, test_structure
