from . import test_accountant, test_structure
