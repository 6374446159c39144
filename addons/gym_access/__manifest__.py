{
    "name": "Gym Access",
    "version": "19.0.1.0.0",
    "summary": "Who may enter and why not: decisions with reasons and remedies, visits, passes, who is inside",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_subscriptions"],
    "data": [
        # who may do and see what
        "security/gym_access_rules.xml",
        "security/gym_access_wizard_rules.xml",
        "security/ir.model.access.csv",
        # what runs by itself, and what there is to begin with
        "data/gym_access_crons.xml",
        "data/gym_access_override_reason_data.xml",
        "data/gym_access_templates.xml",
        # backend
        "views/gym_checkin_views.xml",
        "views/gym_access_presence_views.xml",
        "views/gym_access_pass_views.xml",
        "views/gym_access_policy_views.xml",
        "views/gym_access_wizard_views.xml",
        "views/gym_plan_views.xml",
        "views/gym_member_views.xml",
        "views/gym_access_menus.xml",
        # pages
        "views/portal_visit_templates.xml",
        "views/portal_pass_templates.xml",
    ],
    "assets": {
        "web.assets_backend": ["gym_access/static/src/desk/*"],
        "web.assets_unit_tests": ["gym_access/static/tests/*"],
    },
    "uninstall_hook": "uninstall_hook",
}
