from . import portal_cards, portal_pay, receipt
