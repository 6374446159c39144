"""Running the tests at another hour: Debian's ``faketime`` moves the clock of all that a command starts.

Which hours are hostile to software is known: the evening, when it is tomorrow in UTC; a quarter past midnight; the ends
of months and years; 29 February; the week in which the border has changed its clocks and the rest of Mexico has not.
"""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from vigor import console, paths, postgres, system

MEXICO = ZoneInfo("America/Mexico_City")
HOSTILE = (
    "2027-01-31 19:30 America/Mexico_City",
    "2027-01-31 00:10 America/Mexico_City",
    "2028-02-29 19:30 America/Mexico_City",
    "2028-02-29 00:10 America/Mexico_City",
    "2027-12-31 19:30 America/Mexico_City",
    "2027-12-31 00:10 America/Mexico_City",
    "2027-03-16 19:30 America/Mexico_City",
    "2027-11-02 00:10 America/Mexico_City",
)
LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"


def of_the_day(today=None):
    """The hostile hour of this day of the year, so that all have their turn.

    :param date today: in Mexico City by default
    """
    today = today or datetime.now(MEXICO).date()
    return HOSTILE[today.timetuple().tm_yday % len(HOSTILE)]


def parse(text):
    """The aware instant of ``2027-01-31 19:30 America/Mexico_City``.

    :raise Problem: when it is not written so
    """
    day, _, rest = text.strip().partition(" ")
    clock, _, zone = rest.partition(" ")
    try:
        return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=ZoneInfo(zone or MEXICO.key))
    except (ValueError, OSError, KeyError):
        raise console.Problem(
            f"“{text}” is no date, hour and time zone.", 'Write it so: --at "2027-01-31 19:30 America/Mexico_City"'
        ) from None


def environment(at):
    """The environment in which programs believe that it is now ``at``, as it is written.

    The distance is kept, so a program that is started later is later; what measures durations is left alone.
    """
    library = next(iter(sorted(Path("/").glob(LIBRARIES.lstrip("/")))), None)
    if library is None:
        raise console.Problem("faketime was not found.", "Debian, Ubuntu: sudo apt install faketime")
    python_path = [str(Path(__file__).with_name("moved")), os.environ.get("PYTHONPATH", "")]
    distance = round((parse(at) - datetime.now(UTC)).total_seconds())
    return {
        **os.environ,
        "VIGOR_AT": at,
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{distance:+d}",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "PATH": os.pathsep.join([str(Path(__file__).with_name("moved") / "bin"), os.environ["PATH"]]),
        "PYTHONPATH": os.pathsep.join(filter(None, python_path)),
    }


def want():
    """Have faketime, and a PostgreSQL whose clock may be moved.

    :raise Problem: when there is none
    """
    if postgres.configured():
        raise console.Problem(
            "The clock of a PostgreSQL server that the configuration names cannot be moved.",
            "Leave db_host empty in odoo.conf, and PGHOST unset, to use a private cluster.",
        )
    system.want_program(["faketime"], "faketime", "tests cannot be run at another hour")


def run(at, part, addons, results):
    """Run the tests of some addons at the hour ``at`` in a process of its own, and count what it did.

    :param int part: which of the parts of this hour it is; each has servers of its own, as their clocks differ by when
        they began
    """
    name = f"hour-{HOSTILE.index(at)}-{part}"
    variables = {**os.environ, "VIGOR_PART": str(part)}
    log, report = paths.log_file(name), paths.LOGS / f"{name}.json"
    report.unlink(missing_ok=True)
    command = [
        *(sys.executable, Path(__file__).parent, "test", "--at", at, "--lanes", "1", "--only-odoo"),
        *("--report", report, *addons),
    ]
    with console.step(f"Tests of {', '.join(addons)} at {at}", log):
        code = console.run_logged(command, log, env=variables, cwd=paths.ROOT)
        results.add_report(report, f"at {at}: ", code, log)


def begin_again(at):
    """Start this very command again at the hour ``at``; does not return."""
    os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment(at))
