"""Advances leave for ``gym_cfdi_advance``: what they are in the database goes with them, and it is installed."""

OURS = r"name LIKE '%cfdi\_advance%' OR name LIKE 'product\_advance%'"


def migrate(cr, version):
    cr.execute(f"UPDATE ir_model_data SET module = 'gym_cfdi_advance' WHERE module = 'gym_cfdi' AND ({OURS})")
    cr.execute(
        "UPDATE ir_module_module SET state = 'to install' WHERE name = 'gym_cfdi_advance' AND state = 'uninstalled'"
    )
