"""Referrals in plain Python: who brought whom, what is due for it, and who cheats. No Odoo, no database, no clock."""
