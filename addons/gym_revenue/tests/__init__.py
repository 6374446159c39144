from . import test_deferral, test_given_up, test_reports, test_structure, test_transfer_reports, test_undone_dues
