{
    "name": "Gym Revenue",
    "version": "19.0.1.0.0",
    "summary": "What a gym earned: deferred income, recurring revenue, retention, value of members",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["digest", "gym_collection"],
    "data": [
        # who may see what
        "security/gym_books_rules.xml",
        "security/ir.model.access.csv",
        # what runs by itself
        "data/gym_books_data.xml",
        # backend
        "views/res_company_views.xml",
        "views/gym_deferral_views.xml",
        "views/gym_reports_views.xml",
        "views/digest_views.xml",
        "views/gym_books_menus.xml",
    ],
    "post_init_hook": "post_init_hook",
}
