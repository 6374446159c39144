"""A database that lives as long as one command."""

import contextlib

from vigor import console, odoo_addon_tests, odoo_cli, odoo_source, paths, postgres, vault
from vigor.database import Databases


@contextlib.contextmanager
def database(python, store, purpose, addons, more_addons=()):
    """An Odoo and the name of a database that has ``addons``, on a cluster with PostgreSQL's own durability.

    :param more_addons: folders of addons that are not of this project
    """
    known = odoo_cli.manifests()
    with postgres.available(f"postgresql-{purpose}", {"autovacuum": "off"}) as server:
        key = vault.development_key(store)
        odoo = odoo_cli.Odoo(python, odoo_source.find(store), server, key, paths.STATE / f"{purpose}-data", more_addons)
        databases = Databases(odoo)
        foreign = odoo_cli.foreign_dependencies(addons, known)
        name = f"{purpose}_{paths.CLONE_ID}"
        databases.copy(odoo_addon_tests.template(odoo, databases, store, foreign), name)
        server.query(f'ALTER DATABASE "{name}" RESET synchronous_commit')
        try:
            log = paths.log_file(f"{purpose}-install")
            with console.step(f"Installing {', '.join(addons)}", log):
                odoo.install(name, addons, log, "The addons could not be installed.")
            yield odoo, name
        finally:
            databases.drop(name)
