{
    "name": "Gym Insights",
    "version": "19.0.1.0.0",
    "summary": "The owner's first page: who joined and left, what comes in, who owes, what waits for somebody",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_revenue"],
    "data": [
        # who may see what
        "security/gym_insights_rules.xml",
        "security/ir.model.access.csv",
        # what runs by itself
        "data/gym_insights_data.xml",
        # what is mailed
        "data/gym_insights_mail.xml",
        "data/gym_report_mail.xml",
        # backend
        "views/gym_owing_report_views.xml",
        "views/gym_owing_promise_views.xml",
        "views/gym_money_report_views.xml",
        "views/gym_subscription_period_views.xml",
        "views/gym_insights_report_views.xml",
        "views/gym_segment_views.xml",
        "views/gym_report_schedule_views.xml",
        "views/res_users_views.xml",
        "views/gym_insights_menus.xml",
    ],
    "assets": {
        "web.assets_backend": [
            "gym_insights/static/src/page/*",
            "gym_insights/static/src/today/*",
            "gym_insights/static/src/cohorts/*",
            "gym_insights/static/src/revenue/*",
        ],
        "web.assets_unit_tests": ["gym_insights/static/tests/**/*.test.js"],
    },
    "post_init_hook": "post_init_hook",
}
