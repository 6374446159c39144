{
    "name": "Gym Dues on Bank Statements",
    "version": "19.0.1.0.0",
    "summary": "Pays dues from the bank's statement by the reference that the member wrote",
    "category": "Services/Gym",
    "author": "Vigor",
    "license": "AGPL-3",  # pylint: disable=license-allowed
    "depends": [
        "account_statement_import_file_reconcile_oca",
        "account_statement_import_sheet_file_xlsx",
        "gym_collection",
    ],
    "data": ["data/account_statement_import_sheet_mapping_data.xml"],
}
