from . import controllers, models, wizards
from .models.guards import drop_guards


def post_init_hook(env):
    """Complete the charts that are there already."""
    env["res.company"].search([])._set_cfdi_income_taxes()


def uninstall_hook(env):
    """Remove the guards of the database, which would keep Odoo from removing what they guard."""
    drop_guards(env.cr)
