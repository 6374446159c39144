from . import test_card_facts, test_structure
