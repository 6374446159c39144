"""Databases with their filestore: made aside and renamed, so what exists under its name is complete."""

import os
import shutil

from vigor import console, paths

DUMP = "database.dump"
FILESTORE = "filestore"


class Databases:
    """The databases of one Odoo on one server."""

    def __init__(self, odoo):
        self.odoo = odoo
        self.server = odoo.server

    def exists(self, name):
        """Whether there is a database of this name."""
        return bool(self.server.query(f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))

    def drop(self, *names):
        """Remove databases with their filestores; missing ones are no error."""
        for name in names:
            self.server.query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            shutil.rmtree(self.odoo.filestore(name), ignore_errors=True)

    def create(self, name):
        """An empty database, as Odoo itself would make it."""
        self.drop(name)
        self.server.query(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' LC_COLLATE 'C' TEMPLATE template0")

    def copy(self, source, name):
        """A copy for tests: it waits for no disk when it commits."""
        self.drop(name)
        self.server.query(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')
        self.set_patience(name, is_patient=False)
        copy_files(self.odoo.filestore(source), self.odoo.filestore(name))

    def set_patience(self, name, is_patient):
        """Whether a commit waits for the disk, as the server has it, from the next connection on."""
        verb = "RESET synchronous_commit" if is_patient else "SET synchronous_commit = off"
        self.server.query(f'ALTER DATABASE "{name}" {verb}')

    def rename(self, old, new):
        """Give a database, whose new name is free, its final name."""
        filestore = self.odoo.filestore(new)
        shutil.rmtree(filestore, ignore_errors=True)
        if self.odoo.filestore(old).exists():
            self.odoo.filestore(old).rename(filestore)
        self.server.query(f'ALTER DATABASE "{old}" RENAME TO "{new}"')

    def dump(self, name, folder, log):
        """Write a database and its filestore into a folder."""
        self.dump_tables(name, folder / DUMP, log)
        copy_files(self.odoo.filestore(name), folder / FILESTORE)

    def dump_tables(self, name, file, log):
        """Write a database without its filestore into a file of PostgreSQL's custom format."""
        command = [self.server.program("pg_dump"), "-Fc", "-Z1", "--no-owner", "--no-privileges"]
        console.must(
            [*command, "-f", file, name],
            log,
            f"The database {name} could not be dumped.",
            env=self.server.environment,
        )

    def restore(self, folder, name, log):
        """Make a database from what :meth:`dump` wrote; it appears under its name only when it is complete.

        :raise Problem: when there is a database of this name, or the dump does not fit the server
        """
        if self.exists(name):
            raise console.Problem(f"There is a database named {name} already.", "Choose another name, or drop it.")
        making = f"{name}__new"
        self.create(making)
        command = [self.server.program("pg_restore"), "-j2", "--no-owner", "--no-privileges", "--exit-on-error"]
        console.must(
            [*command, "-d", making, folder / DUMP],
            log,
            f"The database {name} could not be restored.",
            env=self.server.environment,
        )
        copy_files(folder / FILESTORE, self.odoo.filestore(making))
        self.rename(making, name)


def copy_files(source, target):
    """Copy a filestore. Odoo never changes a file of it, so a hard link does where the disk is the same."""
    shutil.rmtree(target, ignore_errors=True)
    add_new_files(source, target)


def add_new_files(source, target):
    """Bring what a copy of a filestore lacks; what is gone from the source stays in the copy."""
    if source.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target, copy_function=_link_or_copy, dirs_exist_ok=True)


def _link_or_copy(source, target):
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except OSError:
        shutil.copy2(source, target)


def cached(databases, store, kind, key, name, build):
    """Have the database ``name``: from the cache, or built by ``build(database, log)`` and then put into the cache.

    The caller makes sure that ``name`` does not exist.
    """
    log = paths.log_file(f"database-{name}")
    built = []

    def build_and_dump(folder):
        making = f"{name}__new"
        databases.create(making)
        databases.set_patience(making, is_patient=False)  # what a crash leaves half made is thrown away
        build(making, log)
        databases.set_patience(making, is_patient=True)
        databases.dump(making, folder, log)
        built.append(making)

    entry = store.entry(kind, key, build_and_dump)
    if built:
        databases.rename(built[0], name)
    else:
        with console.step(f"Restoring the prepared database {name}", log):
            databases.restore(entry, name, log)
