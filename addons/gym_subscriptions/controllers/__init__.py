from . import join, join_payment, portal_cards, portal_changes, portal_pay, portal_plan
