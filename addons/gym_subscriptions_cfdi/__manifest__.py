{
    "name": "Gym Subscriptions in CFDI",
    "version": "19.0.1.0.0",
    "summary": "Strangers who have a ticket of dues invoiced are contacts of the branch that sold it",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_cfdi", "gym_subscriptions"],
    "auto_install": True,
}
