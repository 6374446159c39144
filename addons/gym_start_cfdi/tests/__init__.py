from . import test_start_cfdi, test_structure
