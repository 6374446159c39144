{
    "name": "Gym Gate",
    "version": "19.0.1.0.0",
    "summary": "Doors and turnstiles: a program at the branch that decides alone for 72 hours, and its devices",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_access", "vigor_vault"],
    "data": [
        # who may do and see what
        "security/gym_gate_rules.xml",
        "security/ir.model.access.csv",
        # what runs by itself
        "data/gym_gate_crons.xml",
        # backend
        "views/gym_gate_views.xml",
        "views/gym_gate_pairing_views.xml",
        "views/gym_gate_menus.xml",
    ],
    "uninstall_hook": "uninstall_hook",
}
