"""Odoo as a command: its environment, its configuration file, and the addons of this clone."""

import ast
import os
import tempfile
from configparser import ConfigParser
from dataclasses import dataclass
from pathlib import Path

from vigor import console, paths
from vigor.odoo_source import OdooSource
from vigor.postgres import Server

# Odoo's own category for addons that exist for tests; never installed for a person.
TEST_CATEGORY = "Hidden/Tests"
LANGUAGE = "es_MX"
PROGRAM = Path(__file__).with_name("odoo_program.py")


def manifests():
    """Manifest by name of the installable addons of this clone, technical test addons left out."""
    found = {}
    for file in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        manifest = ast.literal_eval(file.read_text())
        if manifest.get("installable", True) and manifest.get("category") != TEST_CATEGORY:
            found[file.parent.name] = manifest
    return found


def own_dependencies(name, known):
    """The addons of this clone that an addon needs, itself included."""
    wanted, todo = set(), [name]
    while todo:
        addon = todo.pop()
        if addon in known and addon not in wanted:
            wanted.add(addon)
            todo += known[addon].get("depends", [])
    return wanted


def foreign_dependencies(names, known):
    """What these addons and their own dependencies need from Odoo and the OCA, sorted."""
    own = set().union(*(own_dependencies(name, known) for name in names))
    return sorted({depend for name in own for depend in known[name].get("depends", ["base"])} - own | {"base"})


def test_modules(name, known):
    """What the tests of an addon, and those it builds on, use of Odoo beside dependencies: ``tests/modules.txt``."""
    lists = [paths.ADDONS / addon / "tests" / "modules.txt" for addon in own_dependencies(name, known)]
    return {module for file in lists if file.exists() for module in file.read_text().split()}


@dataclass(frozen=True)
class Odoo:
    """An Odoo to run commands with: its Python, source, PostgreSQL, key and folder for files."""

    python: Path
    source: OdooSource
    server: Server
    vault_key: str
    data_dir: Path = paths.STATE / "odoo-data"
    more_addons: tuple[Path, ...] = ()

    @property
    def environment(self):
        """Nothing of the caller's own Odoo or PostgreSQL settings gets in."""
        foreign = ("PG", "ODOO_", "OPENERP_", "VIGOR_VAULT_")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        return {
            **inherited,
            "PYTHONPATH": os.pathsep.join(map(str, [self.source.root, *paths.MOVED])),
            "PYTHONUNBUFFERED": "1",
            "PATH": os.pathsep.join([str(self.server.binaries), str(self.python.parent), os.environ["PATH"]]),
        }

    def filestore(self, database):
        """Where Odoo keeps the attachments of a database."""
        return self.data_dir / "filestore" / database

    def write_config(self):
        """The configuration of ``odoo.conf`` with the paths and the server filled in.

        :return: the file, which only this user can read
        """
        parser = ConfigParser(interpolation=None)
        parser.read(paths.ODOO_CONF)
        if not parser.has_section("options"):
            parser.add_section("options")
        self.data_dir.mkdir(parents=True, exist_ok=True)
        filled_in = {
            "addons_path": ",".join(map(str, [paths.ADDONS, *self.more_addons, *self.source.addons_path])),
            "data_dir": str(self.data_dir),
            "db_host": self.server.host,
            "db_port": str(self.server.port),
            "db_user": self.server.user,
            "db_password": self.server.password or "False",
        }
        parser["options"].update(filled_in)
        parser["vigor_vault"] = {"keys": self.vault_key}
        config = paths.STATE / "conf" / f"{self.data_dir.name}.conf"
        config.parent.mkdir(parents=True, exist_ok=True)
        # put in place whole: another Odoo may be reading it
        with tempfile.TemporaryDirectory(dir=config.parent) as folder:
            file = Path(folder) / config.name
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
                parser.write(opened)
            return file.replace(config)

    def command(self, subcommand, *arguments, program=PROGRAM):
        """The words of an Odoo command with this configuration."""
        return [self.python, program, *subcommand.split(), "-c", self.write_config(), *arguments]

    def install(self, database, names, log, what, *options):
        """Create the tables of ``names`` in an existing database, Spanish loaded, without demo data.

        :raise Problem: ``what``, with the end of the log
        """
        arguments = ("-d", database, "-i", ",".join(names), f"--load-language={LANGUAGE}", "--stop-after-init")
        command = self.command(
            "server", *arguments, "--without-demo=all", "--no-http", "--max-cron-threads=0", *options
        )
        console.must(command, log, what, env=self.environment)
        if _critical_lines(log):
            raise console.Problem(f"{what}\n{_critical_lines(log)}", f"The full log is {paths.shown(log)}.")

    def run_script(self, database, text, log, what):
        """Run Python lines with ``env`` in a database.

        :raise Problem: ``what``, with the end of the log, when they raise
        """
        script = log.with_suffix(".py")
        script.write_text(text)
        command = self.command("shell", "-d", database, "--no-http")
        with script.open("rb") as lines:
            console.must(command, log, what, env=self.environment, stdin=lines)


def _critical_lines(log):
    """Lines of a log that say that Odoo failed, although its exit code may not."""
    bad = [line for line in log.read_text(errors="replace").splitlines() if " CRITICAL " in line or " ERROR " in line]
    return "\n".join(bad[-10:])
