{
    "name": "Gym Subscriptions",
    "version": "19.0.1.0.0",
    "summary": "Plans, subscriptions and dues of a gym, inside Odoo accounting",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["account", "account_payment", "gym_members", "gym_members_account", "payment", "product", "queue_job"],
    "data": [
        "security/gym_subscriptions_rules.xml",
        "security/ir.model.access.csv",
        "data/product_data.xml",
        "views/gym_plan_views.xml",
        "views/gym_subscription_views.xml",
        "views/gym_member_views.xml",
        "views/gym_subscriptions_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
