{
    "name": "Gym Start in CFDI",
    "version": "19.0.1.0.0",
    "summary": "Invoices in the start page of a gym: the assistant, or a trial without fiscal validity at one click",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["gym_cfdi", "gym_start"],
    "data": ["security/gym_start_cfdi_groups.xml", "security/ir.model.access.csv"],
    "auto_install": True,
    "uninstall_hook": "uninstall_hook",
}
