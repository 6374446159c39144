"""Where Odoo 19 comes from: the user's own, the distribution's package, or its repository."""

import os
import re
import shutil
from pathlib import Path

from vigor import cache, console, paths, system

SERIES = "19.0"
SUITE = "sid"
# Odoo's Debian package links to these instead of carrying its own copies.
PACKAGES = (
    "odoo-19",
    "fonts-font-awesome/bookworm",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata/bookworm",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
# Left out of the package for its licence (it blurs the background of video calls), but named in an asset bundle, which
# logs an error and breaks in the browser without it.
EMPTY_SCRIPTS = ("mail/static/lib/selfie_segmentation/selfie_segmentation.js",)
REPOSITORY = "https://github.com/odoo/odoo.git"
UNPACKED_MB = 2000


class OdooSource:
    """An Odoo tree: the folder for PYTHONPATH and what its addons need on the addons path."""

    def __init__(self, root):
        self.root = Path(root).resolve()
        release = self.root / "odoo" / "release.py"
        found = re.search(r"^version_info = \((\d+), (\d+)", release.read_text(), re.M) if release.exists() else None
        self.series = f"{found[1]}.{found[2]}" if found else None

    @property
    def addons_path(self):
        """Folders with core addons; a checkout keeps the business addons apart from ``base``."""
        return [path for path in (self.root / "addons", self.root / "odoo" / "addons") if path.is_dir()]

    @property
    def identity(self):
        """What tells this Odoo from another one, for the keys of prepared databases."""
        stamp = self.root.parents[3] / "vigor-source" if len(self.root.parents) > 3 else None
        if stamp and stamp.exists():
            return stamp.read_text()
        head = self.root / ".git" / "HEAD"
        return f"{self.root} {self.series} {head.stat().st_mtime if head.exists() else ''}"


def find(store):
    """Odoo 19, from the first place that has it.

    :raise Problem: when no place has it, with what was tried
    """
    home = os.environ.get("ODOO_HOME")
    if home:
        return _from_home(home)
    shown = ", ".join(PACKAGES)
    key = cache.digest("package", SUITE, shown, *EMPTY_SCRIPTS)
    entry = store.find("odoo", key) or store.find("odoo", _clone_key())
    if entry is None:
        cache.require_space(store.root, UNPACKED_MB, "Odoo with its fonts and scripts")
        entry = _get(store, key)
    return _in_entry(entry)


def _from_home(home):
    source = OdooSource(home)
    if source.series != SERIES:
        found = f"Odoo {source.series}" if source.series else "no Odoo"
        raise console.Problem(
            f"ODOO_HOME is {home}, where there is {found}; Vigor needs {SERIES}.",
            "Point ODOO_HOME to the folder that holds odoo/release.py of a 19.0, or unset it.",
        )
    return source


def _in_entry(entry):
    packaged = entry / "usr" / "lib" / "python3" / "dist-packages"
    return OdooSource(packaged if packaged.is_dir() else entry)


def _clone_key():
    return cache.digest("clone", REPOSITORY, SERIES)


def _get(store, package_key):
    try:
        return store.entry("odoo", package_key, _unpack_package)
    except console.Problem as no_package:
        console.say(f"  {no_package.what}")
        console.say(f"  Trying a shallow clone of branch {SERIES} of Odoo's repository instead.")
        try:
            return store.entry("odoo", _clone_key(), _clone)
        except console.Problem as no_clone:
            raise console.Problem(
                f"Odoo {SERIES} could not be had.\n{no_package.what}\n{no_clone.what}",
                f"{no_package.remedy}\nOr get Odoo {SERIES} yourself and name it: ODOO_HOME=/folder scripts/run",
            ) from None


# --- Debian's package


def _unpack_package(folder):
    """Download with apt, which verifies the signatures and checksums, and unpack without installing."""
    log = paths.log_file("odoo-source")
    work = folder / "apt"
    for name in ("sources", "lists/partial", "cache/archives/partial", "debs"):
        (work / name).mkdir(parents=True)
    apt = system.PrivateApt(work, log)
    with console.step("Finding Odoo 19 in Debian", log):
        apt.update(SUITE, "bookworm")
    with console.step("Downloading Odoo 19 (some 130 MB) with its fonts and scripts", log):
        debs = apt.download(PACKAGES)
    with console.step("Unpacking Odoo 19", log):
        for deb in debs:
            console.must(["dpkg", "-x", deb, folder], log, f"{deb.name} could not be unpacked.")
    shutil.rmtree(work)
    _check_links(folder)
    for script in EMPTY_SCRIPTS:
        path = folder / "usr/lib/python3/dist-packages/odoo/addons" / script
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (folder / "vigor-source").write_text("\n".join(sorted(deb.name for deb in debs)) + "\n")


def _check_links(folder):
    dangling = [path for path in folder.rglob("*") if path.is_symlink() and not path.exists()]
    needed = [path for path in dangling if "dist-packages" in path.parts]
    if needed:
        raise console.Problem(
            f"Debian's odoo-19 links to {len(needed)} files that its packages did not bring, first {needed[0].name}.",
            f"Add the package that has it to PACKAGES in {paths.shown(Path(__file__))}.",
        )


# --- Odoo's repository


def _clone(folder):
    if not shutil.which("git"):
        raise console.Problem("git was not found.", "Install git.")
    log = paths.log_file("odoo-clone")
    with console.step(f"Cloning branch {SERIES} of {REPOSITORY}", log):
        console.must(
            ["git", "clone", "--depth", "1", "--branch", SERIES, "--single-branch", REPOSITORY, folder],
            log,
            "Odoo's repository could not be cloned.",
        )
