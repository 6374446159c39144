"""PostgreSQL: a server that the configuration names, else a private cluster of this clone."""

import contextlib
import fcntl
import os
import pwd
import re
import secrets
import shutil
import signal
import subprocess
import time
from configparser import ConfigParser
from dataclasses import dataclass, field
from pathlib import Path

from vigor import cache, console, paths, system

OLDEST = 15
CLUSTER_MB = 1200
START_TIMEOUT_S = 60
COMMON_SETTINGS = {
    "listen_addresses": "'127.0.0.1'",
    "unix_socket_directories": "''",
    "max_connections": "100",
    "shared_buffers": "'256MB'",
    "work_mem": "'16MB'",
    "maintenance_work_mem": "'128MB'",
    "random_page_cost": "1.1",
    "max_wal_size": "'2GB'",
    "log_min_messages": "warning",
}
# A cluster for tests is thrown away when the machine crashes, so it waits for no disk.
TEST_SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "autovacuum": "off"}


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server, and the programs to do it with."""

    host: str
    port: int
    user: str
    password: str = field(default="", repr=False)
    binaries: Path = Path("/usr/bin")

    @property
    def environment(self):
        """The environment of libpq's programs; nothing is inherited from another server's settings."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {
            **inherited,
            "PGHOST": self.host,
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            **({"PGPASSWORD": self.password} if self.password else {}),
            "PGCONNECT_TIMEOUT": "5",
        }

    def program(self, name):
        """The path of one of PostgreSQL's programs."""
        path = self.binaries / name
        return path if path.exists() else Path(shutil.which(name) or name)

    def query(self, sql, database="postgres"):
        """The rows of a query as lists of texts.

        :raise Problem: when the server cannot be reached or refuses the query
        """
        command = [self.program("psql"), "-X", "-A", "-t", "-q", "-F", "\t", "-v", "ON_ERROR_STOP=1", "-d", database]
        try:
            done = subprocess.run(command, input=sql, env=self.environment, capture_output=True, text=True)
        except FileNotFoundError:
            raise console.Problem("psql was not found.", "Install the package postgresql-client.") from None
        if done.returncode:
            raise console.Problem(
                f"PostgreSQL at {self.host}:{self.port} answered: {done.stderr.strip()}",
                "Check db_host, db_port, db_user and db_password in odoo.conf, or PGHOST and its kin.",
            )
        return [line.split("\t") for line in done.stdout.splitlines() if line]


# --- a server of the configuration


def configured(config=paths.ODOO_CONF):
    """The server that a configuration file of Odoo or the environment names, or None."""
    parser = ConfigParser(interpolation=None)
    parser.read(config)
    options = dict(parser["options"]) if parser.has_section("options") else {}

    def option(name, variable, default):
        value = os.environ.get(variable) or options.get(name, "")
        return default if value in ("", "False", "false") else value

    host = option("db_host", "PGHOST", "")
    if not host:
        return None
    return Server(
        host=host,
        port=int(option("db_port", "PGPORT", "5432")),
        user=option("db_user", "PGUSER", pwd.getpwuid(os.geteuid()).pw_name),
        password=option("db_password", "PGPASSWORD", ""),
        binaries=newest_binaries() or Path("/usr/bin"),
    )


def _check_version(server):
    number = int(server.query("SHOW server_version_num")[0][0])
    if number < OLDEST * 10000:
        raise console.Problem(
            f"PostgreSQL at {server.host}:{server.port} is version {number // 10000}; Vigor needs {OLDEST} or newer.",
            "Upgrade it, or leave db_host empty in odoo.conf to use a private cluster.",
        )


# --- the machine's programs


def newest_binaries():
    """The folder of the newest PostgreSQL programs of this machine that are new enough, or None."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    folders += [Path(on_path).resolve().parent] if on_path else []
    found = [(_version(folder), folder) for folder in folders if (folder / "initdb").exists()]
    usable = [pair for pair in found if pair[0] >= OLDEST]
    return max(usable)[1] if usable else None


def _version(folder):
    done = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True)
    number = re.search(r"(\d+)", done.stdout)
    return int(number[1]) if number else 0


def have_binaries():
    """The folder of PostgreSQL's programs, installed when they are missing and we may.

    :raise Problem: when there are none
    """
    binaries = newest_binaries()
    if binaries is None and system.can_install():
        # Debian would make and start a cluster of its own, which nobody asked for
        with _no_debian_cluster():
            system.install(["postgresql"], "the database server")
        binaries = newest_binaries()
    if binaries is None:
        raise console.Problem(
            f"No PostgreSQL {OLDEST} or newer was found, and installing it takes root.",
            "Debian, Ubuntu: sudo apt install postgresql\n"
            "Or name a server: db_host, db_user and db_password in odoo.conf, or PGHOST and its kin.",
        )
    return binaries


@contextlib.contextmanager
def _no_debian_cluster():
    setting = Path("/etc/postgresql-common/createcluster.d/vigor.conf")
    setting.parent.mkdir(parents=True, exist_ok=True)
    setting.write_text("create_main_cluster = false\n")
    try:
        yield
    finally:
        setting.unlink()


# --- the private cluster


class Cluster:
    """A PostgreSQL cluster that belongs to this clone and listens on the loopback only.

    As root it runs under the account ``postgres``, because PostgreSQL refuses root. Anyone who uses it holds a shared
    lock; the last one to leave stops it.
    """

    ROLE = "vigor"

    def __init__(self, name, settings):
        self.name = name
        self.binaries = have_binaries()
        self.account = self._account()
        self.settings = {**COMMON_SETTINGS, **settings}
        self.home = self._home()
        self.data = self.home / "data"
        self.log = self.home / "postgresql.log"

    @staticmethod
    def _account():
        if not system.is_root():
            return None
        try:
            return pwd.getpwnam("postgres")
        except KeyError:
            raise console.Problem(
                "PostgreSQL does not run as root, and this machine has no account named postgres.",
                "Install the distribution's postgresql package, or run as an ordinary user.",
            ) from None

    def _home(self):
        """A folder that only the account of the cluster may read and that it can reach."""
        home = paths.STATE / self.name
        if self.account and not self._reachable(paths.STATE):
            home = Path("/var/lib/vigor") / f"{paths.ROOT.name}-{paths.CLONE_ID}" / self.name
        home.mkdir(parents=True, exist_ok=True)
        if self.account:
            os.chown(home, self.account.pw_uid, self.account.pw_gid)
        home.chmod(0o700)
        return home

    def _reachable(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run(["test", "-x", folder], **self._as_account())
        return done.returncode == 0

    def _as_account(self):
        options = {"cwd": "/", "stdin": subprocess.DEVNULL}
        if self.account:
            options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return options

    def _environment(self):
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return {**inherited, "HOME": str(self.home), "LC_ALL": "C.UTF-8"}

    def _must(self, program, *arguments, what):
        command = [self.binaries / program, *map(str, arguments)]
        log = paths.LOGS / f"{self.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        console.must(command, log, what, env=self._environment(), **self._as_account())

    @contextlib.contextmanager
    def running(self):
        """The cluster, made and started when needed; stopped when the last user leaves.

        :return: the :class:`Server`
        """
        with self._used():
            with cache.locked(paths.STATE / f"{self.name}.lock", "PostgreSQL"):
                self._make_when_missing()
                server = self._started()
            try:
                yield server
            finally:
                self._stop_when_last()

    @contextlib.contextmanager
    def _used(self):
        paths.STATE.mkdir(parents=True, exist_ok=True)
        with (paths.STATE / f"{self.name}.users").open("a") as self._users:
            fcntl.flock(self._users, fcntl.LOCK_SH)
            yield

    def _make_when_missing(self):
        if self.data.exists() and not self._same_version():
            raise console.Problem(
                f"The private cluster in {self.home} was made by another version of PostgreSQL.",
                f"Remove it to begin anew (its databases are lost): rm -r {self.home}",
            )
        if self.data.exists():
            return
        cache.require_space(self.home, CLUSTER_MB, "a PostgreSQL cluster")
        making = self.home / "data.part"
        shutil.rmtree(making, ignore_errors=True)
        secret = self.home / "password"
        secret.write_text(secrets.token_urlsafe(24))
        if self.account:
            os.chown(secret, self.account.pw_uid, self.account.pw_gid)
        secret.chmod(0o600)
        with console.step("Making a private PostgreSQL cluster"):
            self._must(
                *("initdb", "-D", making, "-U", "postgres", "--pwfile", secret, "--auth", "scram-sha-256"),
                *("--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
                what="A PostgreSQL cluster could not be made.",
            )
            with (making / "postgresql.auto.conf").open("a") as conf:
                conf.writelines(f"{name} = {value}\n" for name, value in self.settings.items())
            making.rename(self.data)

    def _same_version(self):
        made_by = (self.data / "PG_VERSION").read_text().strip()
        return made_by == str(_version(self.binaries))

    def _server(self, user):
        port = int((self.home / "port").read_text())
        return Server("127.0.0.1", port, user, (self.home / "password").read_text(), self.binaries)

    def _answers(self):
        try:
            return self._server("postgres").query("SHOW data_directory")[0][0] == str(self.data)
        except (console.Problem, FileNotFoundError, ValueError):
            return False

    def _started(self):
        if not self._answers():
            self._forget_dead_postmaster()
            port = system.free_port(5433 + int(paths.CLONE_ID, 16) % 400)
            (self.home / "port").write_text(str(port))
            with console.step("Starting PostgreSQL", self.log):
                self._must(
                    *("pg_ctl", "start", "-w", "-t", START_TIMEOUT_S, "-D", self.data, "-l", self.log),
                    *("-o", f"-p {port}"),
                    what="PostgreSQL did not start.",
                )
        self._make_role()
        return self._server(self.ROLE)

    def _forget_dead_postmaster(self):
        """After a crash the pid in ``postmaster.pid`` may belong to another program by now."""
        pid_file = self.data / "postmaster.pid"
        if not pid_file.exists():
            return
        pid = int(pid_file.read_text().split()[0])
        command = Path(f"/proc/{pid}/cmdline")
        if command.exists() and os.fsencode(self.data) in command.read_bytes():
            os.kill(pid, signal.SIGINT)
            _wait_until_gone(command)
        pid_file.unlink(missing_ok=True)

    def _make_role(self):
        """The role that Odoo uses: it makes databases, and is no superuser."""
        admin = self._server("postgres")
        if not admin.query(f"SELECT 1 FROM pg_roles WHERE rolname = '{self.ROLE}'"):
            admin.query(f"CREATE ROLE {self.ROLE} LOGIN CREATEDB PASSWORD '{admin.password}'")

    def _stop_when_last(self):
        try:
            fcntl.flock(self._users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        # by itself: the console begins no command while those of a failed run are ended
        command = [self.binaries / "pg_ctl", "stop", "-s", "-m", "fast", "-w", "-D", self.data]
        if subprocess.run(command, env=self._environment(), **self._as_account()).returncode:
            raise console.Problem("PostgreSQL did not stop.", f"Its log is {paths.shown(self.log)}.")


def _wait_until_gone(path, patience_s=20):
    until = time.monotonic() + patience_s
    while path.exists() and time.monotonic() < until:
        time.sleep(0.2)


@contextlib.contextmanager
def available(name="postgresql", settings=None):
    """A PostgreSQL server to work with: the configured one, else the private cluster ``name``.

    :param dict settings: of a private cluster
    :raise Problem: when there is none
    """
    server = configured()
    if server:
        _check_version(server)
        yield server
    else:
        with Cluster(name, settings or {}).running() as private:
            yield private
