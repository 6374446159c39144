from . import test_deferral, test_reports, test_structure
