{
    "name": "Vigor Cron",
    "version": "19.0.1.0.0",
    "summary": "What runs by itself does each record alone, and what failed is on a list",
    "category": "Technical",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["base"],
    "data": [
        "security/vigor_cron_rules.xml",
        "security/ir.model.access.csv",
        "views/vigor_cron_problem_views.xml",
    ],
}
