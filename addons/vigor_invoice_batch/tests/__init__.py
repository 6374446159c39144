from . import test_differential, test_numbers, test_structure
