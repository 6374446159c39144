from . import export, fiscal_data, invoice_files, self_invoicing
