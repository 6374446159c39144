from . import dispatchers, html_editor, reset_password, spreadsheets
