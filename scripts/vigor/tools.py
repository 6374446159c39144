"""``scripts/python`` and ``scripts/odoo``: the project's own tools for a developer."""

import os
import subprocess

from vigor import cache, odoo_cli, odoo_source, postgres, python_env, vault


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
    store = cache.Cache()
    executable = python_env.prepare(store, with_tests=True)
    source = odoo_source.find(store)
    with postgres.available() as server:
        command = odoo_cli.Odoo(executable, source, server, vault.development_key(store))
        environment = {**command.environment, "ODOO_RC": str(command.write_config())}
        return subprocess.call([executable, odoo_cli.PROGRAM, *arguments], env=environment)
