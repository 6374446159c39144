from . import controllers, models

HOME = "/gym"
EDITED = {
    "gym_website.header_join": "website.header_call_to_action",
    "gym_website.header_phone": "website.header_text_element",
    "gym_website.contact": "website.contactus",
    "gym_website.footer": "website.footer_custom",
    "gym_website.copyright": "website.footer_copyright_company_name",
}


def post_init_hook(env):
    """Make it the home of the sites that have none, and leave the parts alone that somebody has edited."""
    views = env["ir.ui.view"].with_context(active_test=False)
    for ours, theirs in EDITED.items():
        if views.search_count([("key", "=", theirs), ("website_id", "!=", False)], limit=1):
            env.ref(ours).active = False
    homes = views.search([("key", "=", "website.homepage"), ("website_id", "!=", False)])
    edited = homes.filtered(lambda home: "<section" in home.arch_db).website_id  # each site has a copy, empty at first
    env["website"].search([("homepage_url", "=", False), ("id", "not in", edited.ids)]).homepage_url = HOME
    _rename_contact_menus(env)


def _rename_contact_menus(env):
    """Let the menu of the contact page speak as its page does, where it still has Odoo's own name."""
    codes = {"en_US", *(code for code, _name in env["res.lang"].get_installed())}
    names = {code: env(context={"lang": code})._("Write to us") for code in codes}
    menus = env["website.menu"].with_context(lang="en_US").search([("url", "=", "/contactus")])
    for menu in menus.filtered(lambda menu: menu.name == "Contact us"):
        menu.update_field_translations("name", names)


def uninstall_hook(env):
    """Give the sites their former home back."""
    env["website"].search([("homepage_url", "=", HOME)]).homepage_url = False
