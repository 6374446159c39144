{
    "name": "Vigor Guard",
    "version": "19.0.1.0.0",
    "summary": "What strangers reach of an Odoo: sign-ins, links, spreadsheets, errors and headers",
    "category": "Technical",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": [
        "auth_password_policy",
        "auth_signup",
        "base_import",
        "html_editor",
        "http_routing",
        "mail",
        "queue_job",
        "web",
    ],
    "data": ["security/ir.model.access.csv", "data/password_policy.xml"],
}
