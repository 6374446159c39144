from . import test_financial_report, test_structure
