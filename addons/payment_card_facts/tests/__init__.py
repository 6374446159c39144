from . import test_card_facts, test_lost_answers, test_structure
