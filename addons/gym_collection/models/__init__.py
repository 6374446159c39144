from . import gym_sending  # of charges and refunds

# isort: split
from . import account_journal, charging, gym_event, receipts, res_company

# isort: split
from . import chargebacks, dunning, mails, portal, refunds  # extend the models of charging

# isort: split
from . import doubts  # of charges and refunds
