from . import controllers, models, wizards


def uninstall_hook(env):
    """Drop what the ORM did not make."""
    env.cr.execute(
        """DROP TABLE IF EXISTS gym_checkin_log; DROP TABLE IF EXISTS gym_checkin_key;
           DROP FUNCTION IF EXISTS gym_checkin_append_only()"""
    )
