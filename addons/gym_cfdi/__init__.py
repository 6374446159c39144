from . import controllers, models, wizards
from .models.guards import drop_guards


def uninstall_hook(env):
    """Remove the guards of the database, which would keep Odoo from removing what they guard."""
    drop_guards(env.cr)
