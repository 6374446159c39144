"""The rules of dues in plain Python: periods, prices, changes, freezes, dunning. No Odoo, no database, no clock."""
