{
    "name": "Gym Point of Sale",
    "version": "19.0.1.0.0",
    "summary": "The front desk on the till: check-in first, dues that pay invoices and never become revenue twice",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_access", "gym_collection", "gym_join", "point_of_sale"],
    "data": [
        # who may do and see what
        "security/gym_pos_groups.xml",
        "security/gym_pos_rules.xml",
        "security/ir.model.access.csv",
        # what there is to begin with, and what runs by itself
        "data/product_data.xml",
        "data/gym_pos_crons.xml",
        # backend
        "views/pos_config_views.xml",
        "views/pos_order_line_views.xml",
        "views/gym_pos_menus.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": [
            "gym_access/static/src/desk/*",
            "gym_pos/static/src/**/*",
        ],
    },
}
