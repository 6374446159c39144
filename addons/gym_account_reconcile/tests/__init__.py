from . import test_bank_statement, test_structure
