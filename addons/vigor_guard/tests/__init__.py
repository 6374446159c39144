from . import (
    test_errors,
    test_guesses,
    test_import_files,
    test_links,
    test_passwords,
    test_printing,
    test_record_ids,
    test_reset_password,
    test_sign_in,
    test_spreadsheets,
    test_structure,
)
