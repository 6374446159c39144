from . import test_home, test_structure
