from odoo.addons.payment import reset_payment_provider, setup_provider

from . import controllers, models
from .const import METHOD_CODES, PROVIDER_CODE


def post_init_hook(env):
    for network in METHOD_CODES:
        setup_provider(env, PROVIDER_CODE, conekta_network=network)


def uninstall_hook(env):
    reset_payment_provider(env, PROVIDER_CODE)
