from . import controllers, models, wizards


def post_init_hook(env):
    """Give companies that already exist what new ones get: IVA included in prices, and numbers."""
    companies = env["res.company"].search([])
    companies._ensure_gym_taxes()
    companies._create_gym_sequences()
