from . import test_javascript, test_start, test_structure
