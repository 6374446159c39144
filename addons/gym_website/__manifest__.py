{
    "name": "Gym Website",
    "version": "19.0.1.0.0",
    "summary": "The gym's home and a page for each branch, from its own data: plans, prices, hours, joining",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_join"],
    "data": [
        # what changes: each block is filled when a page is shown
        "views/block_templates.xml",
        # what the website builder offers
        "views/snippets.xml",
        # pages
        "views/home_templates.xml",
        "views/branch_templates.xml",
        "views/contact_templates.xml",
        "views/layout_templates.xml",
        "views/gym_location_views.xml",
        "data/website_data.xml",
    ],
    "assets": {
        "web._assets_primary_variables": [
            ("before", "website/static/src/scss/primary_variables.scss", "gym_website/static/src/scss/fonts.scss"),
        ],
        "web.assets_frontend": ["gym_website/static/src/scss/home.scss"],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
}
