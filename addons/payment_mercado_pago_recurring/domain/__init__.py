"""What Mercado Pago signs and how. No Odoo."""
