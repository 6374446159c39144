from . import test_javascript, test_owing, test_pages, test_structure, test_today
