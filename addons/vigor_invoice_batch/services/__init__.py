from . import row_cloner
