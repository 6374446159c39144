"""``scripts/clean``: remove what was cached, and on request everything of this clone."""

import argparse
import contextlib
import fcntl
import shutil
from pathlib import Path

from vigor import cache, console, paths


def main(arguments):
    """Remove the user's cache; with ``--all`` also this clone's databases, logs and files."""
    parser = argparse.ArgumentParser(prog="scripts/clean", description=__doc__)
    parser.add_argument("--all", action="store_true", help="also this clone's databases, files and logs")
    options = parser.parse_args(arguments)
    folders = [cache.user_root()]
    if options.all:
        _nobody_uses_the_clusters()
        folders += [paths.STATE, Path("/var/lib/vigor") / f"{paths.ROOT.name}-{paths.CLONE_ID}"]
    for folder in folders:
        if folder.exists():
            console.say(f"- Removing {folder}")
            shutil.rmtree(folder)
    return 0


def _nobody_uses_the_clusters():
    for users in paths.STATE.glob("*.users"):
        with users.open("a") as lock, contextlib.ExitStack() as stack:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                stack.callback(fcntl.flock, lock, fcntl.LOCK_UN)
            except BlockingIOError:
                raise console.Problem(
                    "scripts/run or scripts/test of this clone is running.", "End it first, then clean."
                ) from None
