"""What stands behind ``scripts/``: getting Odoo, a Python environment, PostgreSQL and databases, and running them.

Standard library only, because it runs before anything has been installed.
"""
