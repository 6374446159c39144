from . import controllers, models, wizards


def uninstall_hook(env):
    """Drop what the ORM did not make."""
    env.cr.execute("DROP SEQUENCE IF EXISTS gym_gate_entry_version")
