from . import controllers, models, wizards


def pre_init_hook(env):
    """Make sure of the extension behind the search of members; PostgreSQL lets a database's owner create it."""
    env.cr.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")


def post_init_hook(env):
    """Give every company that already exists what new ones get on creation."""
    env["res.company"].search([])._create_gym_sequences()


def uninstall_hook(env):
    """Remove the event log and the guards of consents: Odoo drops neither partitioned tables nor functions."""
    env.cr.execute("DROP TABLE IF EXISTS gym_event_log; DROP FUNCTION IF EXISTS gym_event_append_only()")
    # with their triggers; the tables go right after
    env.cr.execute("DROP FUNCTION IF EXISTS gym_consent_guard(), gym_consent_document_guard() CASCADE")
