{
    "name": "CFDI 4.0: Advances",
    "version": "19.0.1.0.0",
    "summary": "Advances of customers in three CFDI, as the SAT's guide wants them",
    "author": "Vigor",
    "license": "LGPL-3",
    "category": "Accounting/Localizations/EDI",
    "countries": ["mx"],
    "depends": ["gym_cfdi"],
    "data": [
        # who may
        "security/gym_cfdi_advance_rules.xml",
        "security/ir.model.access.csv",
        # what is sold
        "data/gym_cfdi_advance.xml",
        # what people see
        "views/gym_cfdi_advance_views.xml",
        "views/product_template_views.xml",
    ],
}
