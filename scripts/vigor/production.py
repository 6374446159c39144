"""The drill ``production``: what docs/operator.md tells, done word for word on machines of its own."""

import os
import shutil
import subprocess

from vigor import console, machine, odoo_source, paths, testing

FOLDER = paths.ROOT / "tests" / "drills" / "production"
MACHINES = paths.STATE / "machines"
ODOO = "opt/odoo"
REPOSITORY = "srv/vigor.git"


def run(python, store, results):
    """Boot a bare Debian 12, take it through the page, and count what was tried; without the means it is skipped.

    What the tests need to know is in the environment: VIGOR_MACHINES (a folder for machines), VIGOR_LAYERS (what is
    below the first of them, by colons), and VIGOR_FORMER and VIGOR_NOW, two commits of the repository that it finds.
    """
    name = "drills: production"
    if reason := machine.why_not():
        results.add(name, "skipped", f"no machine can be booted here: {reason}")
        return
    try:
        environment = {**os.environ, "VIGOR_MACHINES": str(MACHINES), **_make_layers(store)}
        testing.run_pytest(python, "production", [FOLDER], results, environment)
    except console.Problem as problem:
        results.add(name, "failed", f"{problem.what}\n{problem.remedy}")
    finally:
        shutil.rmtree(MACHINES, ignore_errors=True)


def _make_layers(store):
    """Make what lies over a bare Debian: this repository, Odoo, and the way to the mirrors."""
    source = odoo_source.find(store).root
    shutil.rmtree(MACHINES, ignore_errors=True)
    above = MACHINES / "outside"
    for path in (ODOO, REPOSITORY):
        (above / path).parent.mkdir(parents=True)
    machine.tell_the_way_out(above)
    with console.step("Copying Odoo"):
        # with what its links point to: Debian's package keeps fonts and scripts elsewhere
        subprocess.run(["cp", "-rL", "--", source, above / ODOO], check=True)
    if not (above / ODOO / "odoo-bin").exists():
        shutil.copy(above / ODOO / "setup" / "odoo", above / ODOO / "odoo-bin")
    return {"VIGOR_LAYERS": f"{above}:{machine.bare(store)}", **_make_repository(above / REPOSITORY)}


def _make_repository(folder):
    """A bare clone of this repository whose branch is what is in the folder now, committed or not.

    :return: VIGOR_NOW, and VIGOR_FORMER: the commit before it on the main branch
    """
    now = _git("stash", "create") or _git("rev-parse", "HEAD")
    main = _git("rev-parse", "--verify", "-q", "main", allowed=(0, 1)) or now
    former = _git("merge-base", main, now)
    if former == now:
        former = _git("rev-parse", f"{now}^1")
    subprocess.run(["git", "clone", "-q", "--bare", paths.ROOT, folder], check=True)
    for words in (["update-ref", "refs/heads/gym", now], ["symbolic-ref", "HEAD", "refs/heads/gym"]):
        subprocess.run(["git", "-C", folder, *words], check=True)
    return {"VIGOR_NOW": now, "VIGOR_FORMER": former}


def _git(*words, allowed=(0,)):
    done = subprocess.run(["git", *words], cwd=paths.ROOT, capture_output=True, text=True)
    if done.returncode not in allowed:
        raise console.Problem(f"git {' '.join(words)}: {done.stderr.strip()}", "The drill needs the history.")
    return done.stdout.strip()
