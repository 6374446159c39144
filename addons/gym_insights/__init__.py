from . import models, wizards


def post_init_hook(env):
    """Summarize the days that the branches already have, so that the first page has something to compare with."""
    env["gym.location"].search([("kind", "=", "branch")])._keep_insight_days()
    _silence_odoo_digest(env)


def _silence_odoo_digest(env):
    """Send staff no weekly tips of Odoo that they did not ask for: the gym's own week is ticked by each."""
    env["ir.config_parameter"].set_param("digest.default_digest_emails", False)
    digest = env.ref("digest.digest_digest_default", raise_if_not_found=False)
    if digest:
        digest.state = "deactivated"
