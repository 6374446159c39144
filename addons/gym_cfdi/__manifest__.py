{
    "name": "CFDI 4.0",
    "version": "19.0.1.0.0",
    "summary": "Mexican electronic invoices: right before they are sent, sealed at home, stamped once",
    "author": "Vigor",
    "license": "LGPL-3",
    "category": "Accounting/Localizations/EDI",
    "countries": ["mx"],
    "depends": ["account", "l10n_mx", "certificate", "portal", "queue_job"],
    "external_dependencies": {"python": ["lxml", "cryptography", "num2words", "qrcode", "reportlab"]},
}
