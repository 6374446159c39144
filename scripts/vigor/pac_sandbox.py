"""The PAC sandbox of ``gym_cfdi_sandbox``: on its own (``scripts/pac-sandbox``), or beside an Odoo."""

import contextlib
import os
import subprocess

from vigor import cache, console, paths, python_env, system

PROGRAM = paths.ADDONS / "gym_cfdi_sandbox" / "sandbox" / "__main__.py"
FIRST_PORT = 8199
# Where Odoo's PAC of type "sandbox" finds its server
VARIABLE = "VIGOR_PAC_SANDBOX_URL"


def main(arguments):
    """Become the sandbox; ``--help`` is its own."""
    python = python_env.prepare(cache.Cache())
    os.execv(python, [str(python), str(PROGRAM), *arguments])


@contextlib.contextmanager
def serving(python, state, log, port=None):
    """A sandbox for as long as the ``with`` lasts.

    :param state: the file in which it remembers from one run to the next
    :param port: the first free one when absent
    :return: the process and its address
    :raise Problem: when it does not start
    """
    command = [python, PROGRAM, "--port", port or system.free_port(FIRST_PORT), "--state", state]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            text=True,
        )
    try:
        url = process.stdout.readline().strip()
        if not url:
            raise console.Problem(f"The PAC sandbox ended at once.\n{console.tail(log)}", f"See {paths.shown(log)}.")
        yield process, url
    finally:
        console.end_group(process)
        process.stdout.close()
