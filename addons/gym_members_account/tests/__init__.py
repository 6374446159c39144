from . import test_accountant
