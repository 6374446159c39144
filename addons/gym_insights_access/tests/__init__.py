from . import test_segment, test_structure, test_tiles
