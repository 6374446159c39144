from . import test_structure, test_vault_command, test_vault_mixin
