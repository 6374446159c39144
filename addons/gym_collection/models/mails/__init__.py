# what it extends comes first
from .. import subscription, subscription_charging
from . import gym_event_mail, payment_token, res_company
