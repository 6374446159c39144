"""A per-user cache of what is slow to get, safe for two clones at once; ``scripts/clean`` removes it.

An entry is a folder ``<root>/<kind>/<key>``; the key is a hash of everything that made it, so an entry never goes
stale: it is only left behind. It is built aside and renamed, so what exists is complete.
"""

import argparse
import contextlib
import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from pathlib import Path

from vigor import console, paths

VARIABLE = "VIGOR_CACHE"  # names the folder instead, as to the tests of a run that prepares everything anew
KEEP_OF_A_KIND = 24  # of one version of the suite there are a dozen templates
KEEP_AT_LEAST_S = 24 * 3600


def user_root():
    """Where this user's cache is, also when it does not exist yet."""
    if chosen := os.environ.get(VARIABLE):
        return Path(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base and Path(base).is_absolute() else Path.home() / ".cache") / "vigor"


def digest(*parts):
    """A short name for what made an entry: texts, bytes, or files and folders given as ``Path``."""
    total = hashlib.sha256()
    for part in parts:
        total.update(_digest_path(part) if isinstance(part, Path) else hashlib.sha256(_bytes(part)).digest())
    return total.hexdigest()[:20]


def _bytes(part):
    return part if isinstance(part, bytes) else str(part).encode()


def _digest_path(path):
    """Content and relative names of the files below a path; tests and compiled Python are left out."""
    total = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path] if path.exists() else []
    for file in files:
        if {"__pycache__", "tests"} & set(file.relative_to(path).parts):
            continue
        total.update(os.fsencode(file.relative_to(path)) + b"\0")
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.digest()


@contextlib.contextmanager
def locked(path, waiting_for):
    """Hold a lock between processes; says so once when another one holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            console.say(f"  another run is preparing {waiting_for}; waiting for it")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def require_space(folder, need_mb, purpose):
    """:raise Problem: when the disk that holds ``folder`` has less than ``need_mb`` free."""
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free_mb = shutil.disk_usage(existing).free // 2**20
    if free_mb < need_mb:
        raise console.Problem(
            f"The disk of {existing} has {free_mb} MB free; {purpose} needs {need_mb} MB.",
            "Free some space (scripts/clean removes Vigor's own cache), or point XDG_CACHE_HOME to a larger disk.",
        )


class Cache:
    """The user's cache, or with ``bare`` an empty one inside this clone that nothing else fills."""

    def __init__(self, bare=False):
        self.root = paths.STATE / "cache" if bare else user_root()
        if bare:
            shutil.rmtree(self.root, ignore_errors=True)
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise console.Problem(
                f"The cache folder {self.root} cannot be made: {error.strerror}.",
                "Set XDG_CACHE_HOME to a folder you may write to, or use --no-cache.",
            ) from None

    def find(self, kind, key):
        """The entry, marked as used, or None."""
        entry = self.root / kind / key
        if not entry.is_dir():
            return None
        with contextlib.suppress(OSError):
            os.utime(entry)
        return entry

    def entry(self, kind, key, build):
        """The folder of an entry; ``build(folder)`` fills it when it does not exist yet.

        An interrupted build leaves only a folder with ``.part`` in its name, which the next build removes.
        """
        with locked(self.root / "locks" / f"{kind}-{key}", kind):
            found = self.find(kind, key)
            if found:
                return found
            shelf = self.root / kind
            shelf.mkdir(exist_ok=True)
            for leftover in shelf.glob(f"{key}.part*"):
                shutil.rmtree(leftover, ignore_errors=True)
            building = Path(tempfile.mkdtemp(prefix=f"{key}.part", dir=shelf))
            building.chmod(0o755)
            try:
                build(building)
                building.rename(shelf / key)
            finally:
                shutil.rmtree(building, ignore_errors=True)
            self._forget_old(shelf)
            return shelf / key

    def _forget_old(self, shelf):
        """Drop entries beyond the newest few, unless somebody may be using them; at another hour all seem old."""
        if paths.AT:
            return
        entries = sorted((p for p in shelf.iterdir() if ".part" not in p.name), key=_used_at, reverse=True)
        for entry in entries[KEEP_OF_A_KIND:]:
            if time.time() - _used_at(entry) > KEEP_AT_LEAST_S:
                shutil.rmtree(entry, ignore_errors=True)


def _used_at(path):
    return path.stat().st_mtime


# --- scripts/clean


def main(arguments):
    """Remove the user's cache; with ``--all`` also this clone's databases, logs and files."""
    parser = argparse.ArgumentParser(prog="scripts/clean", description="Remove what was cached.")
    parser.add_argument("--all", action="store_true", help="also this clone's databases, files and logs")
    options = parser.parse_args(arguments)
    folders = [user_root()]
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
