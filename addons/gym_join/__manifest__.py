{
    "name": "Gym Join",
    "version": "19.0.1.0.0",
    "summary": "Lets people in: joining online by themselves, and the sign-up at the front desk",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_collection"],
    "data": [
        # who may do and see what
        "security/join_rules.xml",
        "security/gym_join_wizard_rules.xml",
        "security/ir.model.access.csv",
        # texts and what runs by itself
        "data/join_data.xml",
        # pages
        "views/join_templates.xml",
        # backend
        "views/join_views.xml",
        "wizards/gym_join_desk_views.xml",
        "views/gym_join_menus.xml",
    ],
    "assets": {"web.assets_frontend": ["gym_join/static/src/scss/join.scss"]},
}
