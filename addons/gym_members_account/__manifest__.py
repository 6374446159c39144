{
    "name": "Gym Members in Accounting",
    "version": "19.0.1.0.0",
    "summary": "Gives the gym's accountants their rights in Odoo accounting",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["account", "gym_members"],
    "data": ["security/gym_members_account_groups.xml"],
    "auto_install": True,
}
