"""The emulated turnstile beside the demo gym: a gate and a relay on the loopback, with a page to try them on."""

import contextlib

from vigor import paths, server, system

PROGRAM = paths.ADDONS / "gym_gate" / "emulators" / "__main__.py"
PREPARER = paths.DATA / "demo" / "turnstile.py"
FIRST_PORT = 8473
PREPARE = """
import runpy
runpy.run_path({preparer!r})["main"](env, {address!r}, {file!r})
"""


@contextlib.contextmanager
def serving(odoo, database, url, folder):
    """A turnstile for as long as the ``with`` lasts.

    :param str url: of the Odoo that serves ``database``
    :param folder: where its files go, which hold codes of the demo's members
    :return: the process and its address
    :raise Problem: when it does not start
    """
    port = system.free_port(FIRST_PORT)
    relay = system.free_port(port + 1)
    people, log = folder / f"{database}.turnstile.json", paths.log_file("turnstile")
    script = PREPARE.format(preparer=str(PREPARER), address=f"127.0.0.1:{relay}", file=str(people))
    odoo.run_script(database, script, paths.log_file("turnstile-cards"), "The turnstile could not be prepared.")
    command = [odoo.python, PROGRAM, "--server", url, "--people", people, "--port", port, "--relay", relay]
    command += ["--file", folder / f"{database}.turnstile.sqlite"]
    with server.telling_its_address(command, log, "turnstile") as (process, address):
        yield process, address
