from . import l10n_mx_entry_export
