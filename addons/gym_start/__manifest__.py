{
    "name": "Gym Start",
    "version": "19.0.1.0.0",
    "summary": "Leads a new gym to its first member: a checklist that is the first page of the owner until done",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_join", "gym_staff"],
    "data": [
        # who may do and see what
        "security/gym_start_rules.xml",
        "security/ir.model.access.csv",
        # backend
        "views/gym_start_views.xml",
        "wizards/gym_start_company_views.xml",
        "views/gym_join_desk_views.xml",
        "views/gym_start_menus.xml",
    ],
    "assets": {
        "web.assets_backend": ["gym_start/static/src/start/*"],
        "web.assets_unit_tests": ["gym_start/static/tests/**/*.test.js"],
    },
    "post_init_hook": "post_init_hook",
}
