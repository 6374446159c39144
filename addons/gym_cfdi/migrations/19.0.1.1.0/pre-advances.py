"""Advances leave for ``gym_cfdi_advance``: what they are in the database goes with them, and it is installed."""


def migrate(cr, version):
    cr.execute(
        r"""UPDATE ir_model_data SET module = 'gym_cfdi_advance'
             WHERE module = 'gym_cfdi' AND (name LIKE '%cfdi\_advance%' OR name LIKE 'product\_advance%')"""
    )
    cr.execute(
        "UPDATE ir_module_module SET state = 'to install' WHERE name = 'gym_cfdi_advance' AND state = 'uninstalled'"
    )
