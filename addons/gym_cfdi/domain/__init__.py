"""CFDI 4.0 in plain Python: documents, amounts, rules, seal and stamp. No Odoo, no database, no network."""
