{
    "name": "Gym Staff",
    "version": "19.0.1.0.0",
    "summary": "The owner invites the staff, says who may what, and takes accounts away, without Odoo's settings",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_members"],
    "data": [
        # who may do and see what
        "security/gym_staff_rules.xml",
        "security/ir.model.access.csv",
        # mails
        "data/mail_template_data.xml",
        # backend
        "wizards/gym_staff_views.xml",
        "views/res_users_views.xml",
        "views/gym_location_views.xml",
    ],
}
