"""Makes ``gate.pyz``, the program of the branch: the gate and the rules of this server, byte for byte, in one file."""

import functools
import hashlib
import io
import zipfile
from pathlib import Path

ADDONS = Path(__file__).resolve().parents[2]
# What the gate is made of: folders of addons, as the server itself runs them
SOURCES = ("gym_access/domain", "gym_gate/domain", "gym_gate/gate")
SHEBANG = b"#!/usr/bin/env python3\n"
MAIN = "import sys\n\nfrom odoo.addons.gym_gate.gate.command import main\n\nsys.exit(main())\n"
EPOCH = (2020, 1, 1, 0, 0, 0)  # so that the same sources make the same file
PACKAGES = ("odoo", "odoo/addons", "odoo/addons/gym_access", "odoo/addons/gym_gate")


def get_sources():
    """Return what goes into the file: path within the addons to bytes."""
    files = (file for folder in SOURCES for file in (ADDONS / folder).rglob("*.py"))
    return {
        file.relative_to(ADDONS).as_posix(): file.read_bytes()
        for file in sorted(files)
        if "tests" not in file.relative_to(ADDONS).parts
    }


@functools.cache
def get_version():
    """Return what tells one program from another: 12 digits of the digest of its sources."""
    found = hashlib.sha256()
    for path, content in get_sources().items():
        found.update(path.encode() + b"\0" + content + b"\0")
    return found.hexdigest()[:12]


def build():
    """Return the bytes of the program, the same for the same sources; Python 3.11 or newer runs it."""
    content = io.BytesIO(SHEBANG)
    content.seek(0, io.SEEK_END)
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        _write(archive, "__main__.py", MAIN.encode())
        for package in PACKAGES:
            _write(archive, f"{package}/__init__.py", b"")
        for path, source in get_sources().items():
            _write(archive, f"odoo/addons/{path}", source)
        _write(archive, "odoo/addons/gym_gate/version.py", f'VERSION = "{get_version()}"\n'.encode())
    return content.getvalue()


def _write(archive, path, content):
    info = zipfile.ZipInfo(path, EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)
