"""``scripts/lint``: code style, the OCA's mandatory checks, and well-formed data files."""

import argparse
import ast
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

from vigor import cache, console, money_rule, odoo_source, paths, python_env
from vigor.results import Results

PYLINT_CONF = paths.ROOT / ".pylintrc"
ODOO_PYLINT = paths.ROOT / "scripts" / "vigor" / "odoo_pylint.py"
TEXT_SUFFIXES = {".py", ".xml", ".md", ".rst", ".csv", ".po", ".pot", ".toml", ".yml", ".yaml", ".conf", ".sh", ".js"}
# A folder of one person's or one machine's: home folders, temporary folders, mount points.
MACHINE_PATH = re.compile(r"(?<![\w.:/~$}*-])/(?:home|root|Users|tmp|work|mnt|media)/[\w.-]+")
# Files that may ask the machine, or Odoo's user, what day it is, and why
CLOCK_EXCEPTIONS = {
    "addons/gym_revenue/models/account_move.py": "decides as Odoo's own _post does",
    "addons/vigor_test/menus.py": "evaluates Odoo's own context_today of actions",
    "addons/vigor_clock/tests/test_res_company.py": "tests Odoo's own day",
}
DAYS = {"date", "Date", "datetime", "Datetime"}
CLOCK_REMEDY = "take the day of the branch or company: record._today(); instants: fields.Datetime.now()"

READ_PO = "import sys, polib\nfor name in sys.argv[1:]:\n    polib.pofile(name)\n"


def main(arguments):
    """Run the checks and print the closing line."""
    parser = argparse.ArgumentParser(prog="scripts/lint", description=__doc__)
    parser.add_argument("--fix", action="store_true", help="let ruff fix and format what it can first")
    options = parser.parse_args(arguments)
    store = cache.Cache()
    python = python_env.prepare(store, with_tests=True)
    if options.fix:
        subprocess.run([python, "-m", "ruff", "check", "--fix", "."], cwd=paths.ROOT)
        subprocess.run([python, "-m", "ruff", "format", "."], cwd=paths.ROOT)
    results = Results()
    check(python, odoo_source.find(store), results)
    return results.close()


def check(python, source, results):
    """Run every check and count it as one test.

    :param source: the Odoo whose own checkers look at the addons too
    """
    checks = {
        "ruff check": lambda: _tool(python, "ruff", "check", "."),
        "ruff format": lambda: _tool(python, "ruff", "format", "--check", "."),
        "pylint-odoo": lambda: _pylint(python),
        "Odoo's pylint": lambda: _odoo_pylint(python, source),
        "the OCA's checks of data files": lambda: _oca_data(python),
        "XML is well-formed": _broken_xml,
        "translations are well-formed": lambda: _broken_translations(python),
        "no path of one machine": _machine_paths,
        "one clock": _other_clocks,
        "money is Decimal": _float_money,
    }
    for name, find_complaint in checks.items():
        complaint = find_complaint()
        results.add(f"lint: {name}", "failed" if complaint else "passed", complaint)


def project_files():
    """The files that git knows or would add, as paths."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    done = subprocess.run(command, cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode:
        raise console.Problem(f"git could not list the files: {done.stderr.strip()}", "Run inside a git clone.")
    files = [paths.ROOT / name for name in done.stdout.split("\0") if name]
    return [file for file in files if file.is_file()]


def _tool(python, *command):
    """The output of a Python tool that failed, or nothing."""
    done = subprocess.run([python, "-m", *command], cwd=paths.ROOT, capture_output=True, text=True)
    return (done.stdout + done.stderr or f"exit code {done.returncode}") if done.returncode else ""


def _addons():
    return sorted(str(manifest.parent) for manifest in paths.ADDONS.glob("*/__manifest__.py"))


def _oca_data(python):
    return _tool(python, "oca_pre_commit_hooks", *addons) if (addons := _addons()) else ""


def _pylint(python):
    addons = _addons()
    return _tool(python, "pylint", f"--rcfile={PYLINT_CONF}", "-j0", *addons) if addons else ""


def _odoo_pylint(python, source):
    if not _addons():
        return ""
    command = [python, ODOO_PYLINT, paths.ADDONS, *source.addons_path]
    search = [str(python.parent), os.environ["PATH"]]
    environment = {**os.environ, "PYTHONPATH": str(source.root), "PATH": os.pathsep.join(search)}
    done = subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, text=True)
    return (done.stdout + done.stderr) if done.returncode else ""


def _broken_xml():
    complaints = []
    for file in project_files():
        if file.suffix in (".xml", ".svg", ".xsd", ".xsl", ".xslt"):
            try:
                ElementTree.parse(file)
            except ElementTree.ParseError as error:
                complaints.append(f"{paths.shown(file)}: {error}")
    return "\n".join(complaints)


def _broken_translations(python):
    files = [str(file) for file in project_files() if file.suffix in (".po", ".pot")]
    done = subprocess.run([python, "-c", READ_PO, *files], capture_output=True, text=True)
    return done.stderr if done.returncode else ""


def _other_clocks():
    files = [file for file in project_files() if file.suffix == ".py"]
    complaints = [clock_complaints(str(paths.shown(file)), file.read_text()) for file in files]
    return "\n".join(line for lines in complaints for line in lines)


def _float_money():
    files = {str(paths.shown(file)): file.read_text() for file in project_files() if file.suffix == ".py"}
    fields = money_rule.ODOO_FIELDS.union(*map(money_rule.find_fields, files.values()))
    complaints = [money_rule.complaints(name, text, fields) for name, text in files.items()]
    return "\n".join(line for lines in complaints for line in lines)


def _machine_paths():
    complaints = []
    for file in project_files():
        if file.suffix in TEXT_SUFFIXES or not file.suffix:
            for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
                if MACHINE_PATH.search(line):
                    complaints.append(f"{paths.shown(file)}:{number}: {line.strip()}")
    return "\n".join(complaints)


# --- one clock


def clock_complaints(path, text):
    """Return the lines of a Python file that read another clock than the product's, each as ``path:line: what``.

    A civil date comes from ``gym.location._today()``, else ``res.company._today()`` (``addons/vigor_clock``); an
    instant is UTC, from ``fields.Datetime.now()``.

    :param str path: below the project's root
    """
    if path in CLOCK_EXCEPTIONS:
        return []
    found = [(node.lineno, what) for node in ast.walk(ast.parse(text)) if (what := _reads_clock(node))]
    return [f"{path}:{line}: {what}; {CLOCK_REMEDY}" for line, what in sorted(found)]


def _reads_clock(node):
    if isinstance(node, ast.Attribute):
        if node.attr in ("context_today", "utcnow"):
            return node.attr
        if node.attr == "today" and _last_name(node.value) in DAYS:
            return f"{_last_name(node.value)}.today"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        owner = node.func.value
        if node.func.attr == "now" and _last_name(owner) == "datetime" and not node.args and not node.keywords:
            return "datetime.now() without a zone"
        if node.func.attr == "date" and not node.args and _is_utc_now(owner):
            return "the day of UTC"
    return None


def _last_name(node):
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else None


def _is_utc_now(node):
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "now"
        and _last_name(node.func.value) in ("Datetime", "cr")
    )
