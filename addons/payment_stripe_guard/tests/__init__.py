from . import test_asking, test_cards, test_disputes, test_guard, test_structure
