{
    "name": "Mexico: Balanza, Ledger and Statements",
    "version": "19.0.1.0.0",
    "summary": "Balanza, auxiliares, income statement and balance sheet by SAT account codes, on the OCA's reports",
    "category": "Accounting/Localizations",
    "author": "Vigor",
    "license": "AGPL-3",  # pylint: disable=license-allowed
    "depends": ["account_financial_report", "l10n_mx", "mis_builder", "vigor_clock"],
    "data": [
        # statements
        "data/mis_report_data.xml",
        "data/mis.report.kpi.csv",
        # titles and menus
        "views/report_templates.xml",
        "views/l10n_mx_financial_report_menus.xml",
    ],
}
