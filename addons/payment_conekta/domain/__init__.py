"""What Conekta and Digital FEMSA mean by their orders, statuses, errors and signatures. No Odoo, no network."""
