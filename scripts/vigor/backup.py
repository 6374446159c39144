"""``scripts/backup`` and ``scripts/restore``: a database with its filestore in one file.

The file is a tar archive of ``database.dump`` (PostgreSQL's custom format), ``filestore/`` and ``backup.json``, which
tells what it is and carries the checksum of the dump. The keys of encrypted fields are not in it: they are in the
server's configuration, and have to be kept apart from the backups and as safely.
"""

import argparse
import contextlib
import hashlib
import json
import os
import tarfile
import tempfile
import time
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from vigor import console, odoo_source, paths, postgres
from vigor.database import DUMP, FILESTORE, Databases, add_new_files

FORMAT = 1


@dataclass(frozen=True)
class Place:
    """A server and the folder of Odoo's files, without a Python or an Odoo: a backup needs neither."""

    server: postgres.Server
    data_dir: Path

    def filestore(self, database):
        """Where Odoo keeps the attachments of a database."""
        return self.data_dir / "filestore" / database


def main(arguments):
    """Back up a database into a file."""
    parser = _parser("scripts/backup", "Back up a database and its filestore into one file.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), help="where the file goes (default: here)")
    options = parser.parse_args(arguments)
    with _place(options.config) as place:
        file = backup(place, options.db, options.folder.resolve())
    console.say(f"{file}  ({file.stat().st_size // 1024} KB)")
    return 0


def main_restore(arguments):
    """Make a database from a file of ``scripts/backup``."""
    parser = _parser("scripts/restore", "Make a database from a file of scripts/backup. It must not exist yet.")
    parser.add_argument("file", type=Path, help="what scripts/backup wrote")
    options = parser.parse_args(arguments)
    with _place(options.config) as place:
        restore(place, options.file.resolve(), options.db)
    console.say(f"The database {options.db} is restored.")
    return 0


def _parser(program, description):
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--db", metavar="NAME", default="vigor", help="the database (default: vigor)")
    parser.add_argument("--config", type=Path, metavar="FILE", help="odoo.conf of the server (default: this clone's)")
    return parser


@contextlib.contextmanager
def _place(config):
    """The server and the files that a configuration names; this clone's own without one."""
    if config is None:
        with postgres.available() as server:
            yield Place(server, paths.STATE / "odoo-data")
        return
    if not config.is_file():
        raise console.Problem(f"There is no file {config}.", "Name Odoo's configuration file with --config.")
    parser = ConfigParser(interpolation=None)
    parser.read(config)
    data_dir = parser.get("options", "data_dir", fallback="")
    server = postgres.configured(config)
    if not data_dir or server is None:
        raise console.Problem(f"{config} lacks data_dir or db_host in [options].", "Add what is missing.")
    yield Place(server, Path(data_dir))


# --- backing up


def backup(place, database, folder):
    """Write ``<database>-<date>-<time>.tar`` (UTC) into a folder; it appears only when it is complete.

    :return: the file
    :raise Problem: when the database does not exist or the folder cannot be written
    """
    databases = Databases(place)
    if not databases.exists(database):
        raise console.Problem(f"There is no database named {database}.", "Name another one with --db.")
    folder.mkdir(parents=True, exist_ok=True)
    log = paths.log_file("backup")
    target = folder / f"{database}-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.tar"
    with tempfile.TemporaryDirectory(prefix=".vigor-backup-", dir=folder) as name, console.step("Backing up", log):
        work = Path(name)
        # Every file that the dump names has to be there: those that vanish meanwhile are copied before, new ones after.
        (work / FILESTORE).mkdir()
        add_new_files(place.filestore(database), work / FILESTORE)
        databases.dump_tables(database, work / DUMP, log)
        add_new_files(place.filestore(database), work / FILESTORE)
        (work / "backup.json").write_text(json.dumps(_description(place, database, work / DUMP), indent=1))
        _write_tar(work, target)
    return target


def _description(place, database, dump):
    rows = place.server.query("SELECT latest_version FROM ir_module_module WHERE name = 'base'", database)
    return {
        "format": FORMAT,
        "database": database,
        "base_version": rows[0][0],
        "postgresql": int(place.server.query("SHOW server_version_num")[0][0]) // 10000,
        "made_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "dump_sha256": _checksum(dump),
    }


def _checksum(file):
    total = hashlib.sha256()
    with file.open("rb") as content:
        while block := content.read(2**20):
            total.update(block)
    return total.hexdigest()


def _write_tar(work, target):
    """The file is for this user only: it holds people's data."""
    part = work / "backup.tar"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as output:
        with tarfile.open(fileobj=output, mode="w") as tar:
            for name in ("backup.json", DUMP, FILESTORE):
                tar.add(work / name, arcname=name)
        output.flush()
        os.fsync(output.fileno())
    part.rename(target)


# --- restoring


def restore(place, file, database):
    """Make a database from a backup; it appears under its name only when it is complete.

    :raise Problem: when the file is damaged or of another Odoo, or there is such a database already
    """
    databases = Databases(place)
    if databases.exists(database):
        raise console.Problem(f"There is a database named {database} already.", "Choose another name with --db.")
    place.data_dir.mkdir(parents=True, exist_ok=True)
    log = paths.log_file("restore")
    with tempfile.TemporaryDirectory(prefix=".vigor-restore-", dir=place.data_dir) as name:
        with console.step("Checking and restoring", log):
            work = Path(name)
            _read_tar(file, work)
            _check(place, file, work)
            databases.restore(work, database, log)


def _read_tar(file, work):
    try:
        with tarfile.open(file) as tar:
            members = [member for member in tar if _is_expected(member)]
            tar.extractall(work, members=members)
    except (OSError, tarfile.TarError) as error:
        raise console.Problem(f"{file} cannot be read: {error}", "Use a file that scripts/backup wrote.") from None


def _is_expected(member):
    """Only plain files and folders below the names that a backup has."""
    path = Path(member.name)
    inside = not path.is_absolute() and ".." not in path.parts and path.parts[:1] != ()
    return inside and path.parts[0] in ("backup.json", DUMP, FILESTORE) and (member.isfile() or member.isdir())


def _check(place, file, work):
    if not (work / "backup.json").is_file() or not (work / DUMP).is_file():
        raise console.Problem(f"{file} is no backup of Vigor.", "Use a file that scripts/backup wrote.")
    made = json.loads((work / "backup.json").read_text())
    if made["format"] != FORMAT or not made["base_version"].startswith(f"{odoo_source.SERIES}."):
        raise console.Problem(
            f"{file} is of Odoo {made['base_version']}, in format {made['format']}.",
            f"Restore it with the version of Vigor that wrote it; this one is for Odoo {odoo_source.SERIES}.",
        )
    if made["dump_sha256"] != _checksum(work / DUMP):
        raise console.Problem(f"{file} is damaged: the checksum of its dump differs.", "Use another backup.")
    major = int(place.server.query("SHOW server_version_num")[0][0]) // 10000
    if major < made["postgresql"]:
        raise console.Problem(
            f"{file} was made with PostgreSQL {made['postgresql']}; this server is {major}.",
            f"Restore on PostgreSQL {made['postgresql']} or newer.",
        )
