"""``scripts/python`` and ``scripts/odoo``: the project's own tools for a developer."""

import os
import subprocess

from vigor import cache, odoo_cli, odoo_source, prepared, python_env


def python(arguments):
    """The project's Python, with Odoo, the addons' libraries and the test tools on its path."""
    store = cache.Cache()
    executable = python_env.prepare(store, with_tests=True)
    environment = {**os.environ, "PYTHONPATH": str(odoo_source.find(store).root)}
    os.execve(executable, [executable, *arguments], environment)


def odoo(arguments):
    """Odoo's command line with this clone's configuration; PostgreSQL runs as long as it does.

    The configuration goes through the environment, because subcommands differ in where they take ``-c``.
    """
    with prepared.odoo(cache.Cache(), with_tests=True) as command:
        environment = {**command.environment, "ODOO_RC": str(command.write_config())}
        return subprocess.call([command.python, odoo_cli.PROGRAM, *arguments], env=environment)
