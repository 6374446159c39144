{
    "name": "Gym Website",
    "version": "19.0.1.0.0",
    "summary": "The gym's home page from its own data: plans and prices, branches, hours, joining",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_join"],
    "data": ["views/home_templates.xml", "views/layout_templates.xml", "data/website_data.xml"],
    "assets": {
        "web._assets_primary_variables": [
            ("before", "website/static/src/scss/primary_variables.scss", "gym_website/static/src/scss/fonts.scss"),
        ],
        "web.assets_frontend": ["gym_website/static/src/scss/home.scss"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
