from . import test_javascript, test_owing, test_pages, test_segment, test_structure, test_today
