from . import test_res_company, test_structure
