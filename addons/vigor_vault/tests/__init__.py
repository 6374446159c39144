from . import test_vault_mixin
