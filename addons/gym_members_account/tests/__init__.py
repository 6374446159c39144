from . import test_accountant, test_structure, test_terms_of_payment
