from . import test_entry_export, test_structure
