{
    "name": "Mexico: Entries for CONTPAQi and Aspel COI",
    "version": "19.0.1.0.0",
    "summary": "Writes posted entries as files that CONTPAQi Contabilidad and Aspel COI import",
    "category": "Accounting/Localizations",
    "author": "Vigor",
    "license": "LGPL-3",
    "depends": ["account", "l10n_mx", "vigor_clock"],
    "data": [
        "security/l10n_mx_entry_export_wizard_rules.xml",
        "security/ir.model.access.csv",
        "wizards/l10n_mx_entry_export_views.xml",
    ],
}
