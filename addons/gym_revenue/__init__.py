from . import models


def post_init_hook(env):
    """Give companies that already exist the accounts of dues that are not earned yet, as new ones get them."""
    env["res.company"].search([])._ensure_gym_deferral()
