"""Talks to Conekta and Digital FEMSA. Plain Python, no Odoo."""
