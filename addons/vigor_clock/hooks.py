def post_init_hook(env):
    """Give those users a time zone who have none: in theirs, Odoo's day is that of UTC."""
    users = env["res.users"].with_context(active_test=False).search([("tz", "=", False)])
    users._fill_time_zone()
