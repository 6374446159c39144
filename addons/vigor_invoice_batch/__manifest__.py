{
    "name": "Vigor Invoice Batch",
    "version": "19.0.1.0.0",
    "summary": "Creates and posts many customer invoices at once, proven equal to Odoo's own",
    "category": "Technical",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["account"],
}
