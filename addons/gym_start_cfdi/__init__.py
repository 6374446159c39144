from odoo.fields import Command

from . import models


def uninstall_hook(env):
    """Take back from owners what they set up invoices with."""
    manager = env.ref("gym_cfdi.group_cfdi_manager")
    env.ref("gym_members.group_gym_owner").implied_ids = [Command.unlink(manager.id)]
