from . import test_ir_cron, test_structure
