"""The Python environment: exact pins, built once per set of requirements."""

import os
import platform
import sys

from vigor import cache, console, paths, system

REQUIREMENTS = paths.ROOT / "requirements.txt"
ADDON_REQUIREMENTS = paths.ROOT / "requirements-addons.txt"
TEST_REQUIREMENTS = paths.ROOT / "requirements-dev.txt"
ENVIRONMENT_MB = 900


def prepare(store, with_tests=False):
    """The Python of an environment that holds the requirements.

    :param store: the cache
    :param with_tests: also what the tests and the linters need
    :raise Problem: when the environment cannot be made
    """
    files = [REQUIREMENTS, ADDON_REQUIREMENTS] + [TEST_REQUIREMENTS] * with_tests
    interpreter = (sys.version, sys.base_prefix, platform.machine())
    key = cache.digest("venv", *interpreter, *files)
    if store.find("venv", key) is None:
        cache.require_space(store.root, ENVIRONMENT_MB, "the Python environment")
    return store.entry("venv", key, lambda folder: _build(folder, store, key, with_tests)) / "bin" / "python"


def requirement_digest():
    """What tells one set of pins from another, for the keys of prepared databases."""
    return cache.digest(REQUIREMENTS, ADDON_REQUIREMENTS)


def _build(folder, store, key, with_tests):
    purpose = "run and test" if with_tests else "run"
    log = paths.log_file("python-environment")
    with console.step(f"Making the Python environment to {purpose} Odoo", log):
        _make_venv(folder, log)
        pip = [folder / "bin" / "python", "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
        pip.append("--no-compile")  # Python compiles what it imports, a fifth of it
        listed = ["-r", REQUIREMENTS] + ["-r", TEST_REQUIREMENTS] * with_tests
        remedy = f"See {paths.shown(log)}. Is the package index reachable (proxy, pip configuration)?"
        console.must([*pip, *listed], log, "pip could not install the requirements.", remedy)
        console.must(
            [*pip, "--no-deps", "-r", ADDON_REQUIREMENTS], log, "pip could not install the OCA addons.", remedy
        )
    _settle(folder, store.root / "venv" / key)


def _make_venv(folder, log):
    command = [sys.executable, "-m", "venv", folder]
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    if not console.run_logged(command, log, env=environment):
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if system.can_install():
        system.install([package], "Python's own venv module lacks a part")
    console.must([*command, "--clear"], log, "Python could not make a virtual environment.", f"apt install {package}")


def _settle(folder, final):
    """Let the scripts of the environment name the folder to which it is about to be renamed."""
    for script in (folder / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            if b"\0" not in content[:1000]:
                script.write_bytes(content.replace(os.fsencode(folder), os.fsencode(final)))
