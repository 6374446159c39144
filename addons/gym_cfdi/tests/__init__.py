from . import test_company, test_csd, test_product_key, test_structure
from . import test_pac
