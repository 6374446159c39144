from . import test_blocks, test_branch_page, test_home, test_portal_matrix, test_structure
