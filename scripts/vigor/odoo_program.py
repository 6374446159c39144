"""Odoo's command line as a file: ``odoo_program.py server -c ...``, started by the project's Python.

With workers Odoo starts the process of its websocket by the path of the file that it was started with itself, and the
one of ``python -m odoo`` does not run on its own.
"""

import sys

sys.path.pop(0)

import odoo.cli  # noqa: E402

odoo.cli.main()
