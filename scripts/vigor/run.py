"""``scripts/run``: serve the demo gym."""

import argparse
import contextlib
import fcntl
import os
import re
import signal
import time
from pathlib import Path

from vigor import (
    cache,
    console,
    odoo_cli,
    odoo_source,
    paths,
    prepared,
    server,
    system,
    turnstile,
    waiting,
)
from vigor.database import Databases

FIRST_PORT = 8069
DATABASES = {"small": "vigor", "big": "vigor_big", "none": "vigor_empty"}  # by the size of the demo gym
RUNS = paths.STATE / "run"


def main(arguments):
    """Get what is missing, make the database, serve until interrupted."""
    options = _options(arguments)
    started = time.monotonic()
    with _only_run(options.db), contextlib.ExitStack() as stack:
        port = _choose_port(options.port)
        with waiting.page(port):
            console.say(f"- http://127.0.0.1:{port} shows in the browser how far it is, and then the gym")
            store = cache.Cache(bare=options.no_cache)
            odoo = stack.enter_context(prepared.odoo(store))
            _have_database(odoo, store, options)
        _serve(odoo, options, port, started)
    return 0


def _options(arguments):
    parser = argparse.ArgumentParser(prog="scripts/run", description="Serve the demo gym with everything it needs.")
    parser.add_argument("--fresh", action="store_true", help="throw the database away and make it anew")
    parser.add_argument("--port", type=int, help=f"port of the web server (default: first free from {FIRST_PORT})")
    parser.add_argument("--db", metavar="NAME", help="name of the database (default: vigor)")
    parser.add_argument(
        "--demo",
        choices=DATABASES,
        default="small",
        help="the demo gym: some 300 members and a year (small, the default), 5,000 and two months (big), or none; "
        "each has its own database",
    )
    parser.add_argument("--workers", type=int, default=0, metavar="N", help="processes (default: 0, threads)")
    parser.add_argument("--no-cache", action="store_true", help="get and prepare everything anew")
    options = parser.parse_args(arguments)
    options.db = options.db or DATABASES[options.demo]
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,40}", options.db):
        raise console.Problem(f"{options.db!r} is no usable name.", "Use small letters, digits and underscores.")
    return options


# --- one run at a time, and what an interrupted one left


@contextlib.contextmanager
def _only_run(database):
    """Hold this database's lock, and end the server of an earlier run that was killed."""
    RUNS.mkdir(parents=True, exist_ok=True)
    with (RUNS / f"{database}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            where = _read(RUNS / f"{database}.url") or "an address it has yet to print"
            raise console.Problem(
                f"Another scripts/run of this clone serves the database {database} at {where}.",
                "End it with Ctrl-C in its terminal, or serve another database: scripts/run --db NAME",
            ) from None
        _end_orphan(RUNS / f"{database}.pid")
        _end_orphan(RUNS / f"{database}.pac.pid")
        _end_orphan(RUNS / f"{database}.turnstile.pid")
        yield


def _read(path):
    return path.read_text().strip() if path.exists() else ""


def _end_orphan(pid_file):
    pid = _read(pid_file)
    command = Path(f"/proc/{pid}/cmdline")
    if pid and command.exists() and os.fsencode(paths.STATE) in command.read_bytes():
        console.say("- Ending the server of an earlier run that was killed")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(int(pid), signal.SIGKILL)
    pid_file.unlink(missing_ok=True)


# --- the database


def _have_database(odoo, store, options):
    databases = Databases(odoo)
    databases.drop(f"{options.db}__new")
    if options.fresh:
        databases.drop(options.db)
    if databases.exists(options.db):
        _bring_up_to_date(odoo, options.db)
    else:
        prepared.gym(odoo, store, options.db, demo=options.demo)


def _bring_up_to_date(odoo, database):
    """Update the addons in a database when their files have changed since.

    :raise Problem: when the database is of another Odoo or of newer addons
    """
    other = (
        f"Use another database (scripts/run --db NAME), or throw this one away (scripts/run --fresh --db {database})."
    )
    if not odoo.server.query("SELECT 1 FROM pg_tables WHERE tablename = 'ir_module_module'", database):
        raise console.Problem(f"The database {database} is not Odoo's.", other)
    rows = odoo.server.query(
        "SELECT name, coalesce(latest_version, '') FROM ir_module_module"
        " WHERE state IN ('installed', 'to upgrade', 'to install')",
        database,
    )
    installed = dict(rows)
    version = installed.get("base", "")
    if not version.startswith(f"{odoo_source.SERIES}."):
        raise console.Problem(f"The database {database} is of Odoo {version or 'unknown'}, not 19.0.", other)
    known = odoo_cli.manifests()
    for addon, manifest in known.items():
        if _as_numbers(installed.get(addon, "")) > _as_numbers(manifest["version"]):
            found = f"{addon} {installed[addon]}, newer than {manifest['version']} of this checkout"
            raise console.Problem(f"The database {database} holds {found}.", f"Check out the newer version. {other}")
    if prepared.content_of(odoo.server, database) != prepared.content_key():
        _update(odoo, database, [addon for addon in known if addon in installed], set(known) - set(installed))


def _as_numbers(version):
    return [int(number) for number in re.findall(r"\d+", version)]


def _update(odoo, database, present, missing):
    log = paths.log_file("update")
    with console.step("Updating the database to the addons of this checkout", log):
        command = odoo.command("server", "-d", database, "--stop-after-init", "--no-http", "--max-cron-threads=0")
        for flag, addons in (("-u", present), ("-i", sorted(missing))):
            command += [flag, ",".join(addons)] if addons else []
        remedy = f"See {paths.shown(log)}, or begin anew: scripts/run --fresh --db {database}"
        console.must(command, log, "The database could not be updated.", remedy, env=odoo.environment)
        prepared.remember_content(odoo.server, database)


# --- serving


def _choose_port(wanted):
    if wanted is None:
        return system.free_port(FIRST_PORT)
    if not system.port_is_free(wanted, "0.0.0.0"):
        free = system.free_port(wanted + 1)
        raise console.Problem(f"Port {wanted} is taken.", f"Leave --port out, or use a free one: --port {free}")
    return wanted


def _serve(odoo, options, port, started):
    log = paths.log_file("server")
    prepared.tell_address(odoo.server, options.db, f"http://127.0.0.1:{port}")
    mails = RUNS / f"{options.db}.mail"
    with contextlib.ExitStack() as stack:
        pac_url = _serve_pac(odoo, options.db, stack)
        with console.step("Starting Odoo", log, "open"):
            serving = server.serving(
                odoo,
                options.db,
                port,
                log,
                workers=options.workers,
                smtp_port=stack.enter_context(server.mails_kept(mails)),
                environment={server.PAC_VARIABLE: pac_url},
            )
            running = stack.enter_context(serving)
        _note(stack, f"{options.db}.pid", running.process.pid)
        _note(stack, f"{options.db}.url", running.url)
        _announce(odoo, running.url, pac_url, mails, options, time.monotonic() - started)
        try:
            if options.demo != "none":
                _serve_turnstile(odoo, options.db, running.url, stack)
            code = running.process.wait()
        except KeyboardInterrupt:
            console.say("\nStopping.")
            return
    raise console.Problem(f"Odoo ended with code {code}.\n{console.tail(log)}", f"The log is {paths.shown(log)}.")


def _serve_pac(odoo, database, stack):
    """Start the PAC that stamps without fiscal validity; it remembers from run to run what it stamped."""
    state, log = RUNS / f"{database}.pac.sqlite", paths.log_file("pac-sandbox")
    process, url = stack.enter_context(server.pac_sandbox(odoo.python, state, log))
    _note(stack, f"{database}.pac.pid", process.pid)
    return url


def _serve_turnstile(odoo, database, url, stack):
    """Start the emulated turnstile, without which everything else goes on."""
    try:
        process, address = stack.enter_context(turnstile.serving(odoo, database, url, RUNS))
    except console.Problem as problem:
        console.show_problem(problem)
        return
    _note(stack, f"{database}.turnstile.pid", process.pid)
    console.say(f"\nA turnstile to try the door on:  {address}")


def _note(stack, name, value):
    """Write down what an interrupted run leaves to the next one, until this one ends in good order."""
    file = RUNS / name
    file.write_text(str(value))
    stack.callback(file.unlink, missing_ok=True)


def _announce(odoo, url, pac_url, mails, options, seconds):
    console.say(f"\nVigor is ready after {seconds:.0f} s:  {url}\n")
    present = {row[0] for row in odoo.server.query("SELECT login FROM res_users WHERE active", options.db)}
    users = [user for user in prepared.logins(demo=options.demo != "none") if user["login"] in present]
    if not users:
        console.say(f"  This database is without the demo gym; to have it: scripts/run --fresh --db {options.db}\n")
        users = prepared.logins(demo=False)
    width = max(len(user["role"]) for user in users)
    for user in users:
        console.say(f"  {user['role']:<{width}}  login {user['login']:<12} password {user['password']}")
    console.say(f"\n  CFDI are stamped by the PAC sandbox at {pac_url}: SIN VALIDEZ FISCAL.")
    console.say(f"  Mails are kept in {paths.shown(mails)}, one file each; none leaves this machine.")
    if options.workers:
        console.say("\n  Live notifications need the proxy of config/nginx.conf in front when there are workers.")
    console.say(f"\nThe log is {paths.shown(paths.LOGS / 'server.log')}. Ctrl-C stops everything.")
