from . import join, join_payment
