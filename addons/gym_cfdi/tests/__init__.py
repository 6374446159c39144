from . import test_company, test_csd, test_pac, test_product_key, test_structure
