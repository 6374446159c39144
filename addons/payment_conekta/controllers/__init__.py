from . import payer, webhook
