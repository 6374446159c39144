{
    "name": "Gym Dues by Permanent References",
    "version": "19.0.1.0.0",
    "summary": "Dues paid at OXXO, at stores or to one's own CLABE: any amount, at any time",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_collection", "payment_conekta"],
    "auto_install": True,
    "data": [
        "views/reference_templates.xml",
        "views/gym_payment_desk_views.xml",
    ],
}
