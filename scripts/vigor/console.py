"""Talking to the person at the terminal: progress of long steps, problems with their remedy, logged commands.

Also doing several things at once, as many as there are processors for.
"""

import contextlib
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from vigor import paths

QUIET_BEATS_S = 15
TAIL_LINES = 25

_lock = threading.Lock()
_children = set()
_is_ending = threading.Event()
_here = threading.local()  # the step of each thread


class Problem(Exception):
    """Something that a person can fix: what went wrong, and how."""

    def __init__(self, what, remedy):
        super().__init__(what)
        self.what = what
        self.remedy = remedy


def show_problem(problem):
    """Print a problem on standard error."""
    sys.stdout.flush()
    indented = str(problem.remedy).replace("\n", "\n         ")
    print(f"\nProblem: {problem.what}\nRemedy:  {indented}", file=sys.stderr, flush=True)


def say(text=""):
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def _elapsed(since):
    seconds = int(time.monotonic() - since)
    return f"{seconds // 60}:{seconds % 60:02d} min" if seconds >= 60 else f"{seconds} s"


@dataclass
class Step:
    """One step of a command: what it is called, its log, and what it has taken."""

    title: str
    log: Path | None
    started: float
    stage: str | None = None  # of a first start, as ``waiting.STAGES`` names it
    cpu: float = 0.0  # seconds of the processor that its commands took

    @property
    def taken(self):
        """What it has taken until now, in words."""
        cpu = f", {self.cpu:.0f} s of a processor" if self.cpu >= 1 else ""
        return f"{_elapsed(self.started)}{cpu}"


steps = []  # of this process, as they began


class _Beat(threading.Thread):
    """Shows that a long step is alive: in place on a terminal, a line now and then in a log or beside another one."""

    alive = 0

    def __init__(self, title, started):
        super().__init__(daemon=True)
        self.title, self.started, self.finished = title, started, threading.Event()

    def run(self):
        beats = 0
        while not self.finished.wait(1):
            beats += 1
            line = f"  {self.title} ... {_elapsed(self.started)}"
            if sys.stdout.isatty() and _Beat.alive == 1:
                print(f"\r{line}", end="", flush=True)
            elif beats % QUIET_BEATS_S == 0:
                say(line)


@contextlib.contextmanager
def step(title, log=None, stage=None):
    """Announce a step that may take long, and say how long it took and how much of a processor its commands did.

    :param title: what is being done, as a person says it
    :param log: file that holds the full output, shown with the title
    :param stage: the stage of a first start that begins with it
    """
    current = Step(title, log, time.monotonic(), stage)
    steps.append(current)
    where = f"  (log: {paths.shown(log)})" if log else ""
    say(f"- {title}{where}")
    beat = _Beat(title, current.started)
    with _lock:
        _Beat.alive += 1
    beat.start()
    outer, _here.step = getattr(_here, "step", None), current
    try:
        yield
    except BaseException:
        _end_beat(beat)
        say(f"  {title}: stopped after {_elapsed(current.started)}")
        raise
    finally:
        _here.step = outer
    _end_beat(beat)
    if time.monotonic() - current.started >= 2:
        start_of_line = "\r" if sys.stdout.isatty() else ""
        say(f"{start_of_line}  {title}: done in {current.taken}")


def _end_beat(beat):
    beat.finished.set()
    beat.join()
    with _lock:
        _Beat.alive -= 1


def tail(log, lines=TAIL_LINES):
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def run_logged(command, log, env=None, cwd=None, **options):
    """Run a command without standard input, its whole output appended to ``log``.

    :return: the exit code
    :raise Problem: when the program does not exist
    """
    with log.open("ab") as output:
        output.write(f"$ {' '.join(map(str, command))}\n".encode())
        output.flush()
        try:
            with _child(command, output, env, cwd, options) as process:
                _charge_to_step(process)
                return process.wait()
        except FileNotFoundError:
            raise Problem(f"The program {command[0]} was not found.", "Install it, or put it on PATH.") from None


def _charge_to_step(process):
    """Wait for the end of a process, and add what it and its children took of the processor to the step."""
    current = getattr(_here, "step", None)
    with contextlib.suppress(ChildProcessError, FileNotFoundError):
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # it can still be looked at
        if current:
            ticks = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[11:15]
            current.cpu += sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def run_shown(command, env=None, **options):
    """Run a command whose output is what the person asked for; return its exit code."""
    with _child(command, None, env, None, options) as process:
        return process.wait()


@contextlib.contextmanager
def _child(command, output, env, cwd, options):
    """A process in a session of its own, ended with all its children when we are interrupted."""
    options.setdefault("stdin", subprocess.DEVNULL)
    with _lock:
        if _is_ending.is_set():
            raise Problem(f"{command[0]} was not started.", "What ran beside it failed: see above.")
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            **options,
        )
        _children.add(process)
    try:
        yield process
    finally:
        end_group(process)
        _children.discard(process)


@contextlib.contextmanager
def ended_children():
    """End every command that runs in any thread, and let none begin inside this context."""
    with _lock:
        _is_ending.set()
        running = list(_children)
    try:
        for process in running:
            end_group(process)
        yield
    finally:
        _is_ending.clear()


def end_group(process, patience_s=60):
    """Ask a process and its group to end, then insist. Nothing happens when it has ended already.

    The patience is for tests, which drop their databases and stop their servers first, on a machine that is busy.
    """
    if process.poll() is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 15)
        try:
            process.wait(patience_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


def must(command, log, what, remedy=None, **options):
    """Run a command that has to succeed.

    :raise Problem: ``what``, with the end of the log, when it does not
    """
    if run_logged(command, log, **options):
        raise Problem(f"{what}\n{tail(log)}", remedy or f"The full log is {paths.shown(log)}.")


# --- several things at once


def count_lanes():
    """How many things this machine does at once: two at least, since each waits for its database half the time."""
    return max(2, min(4, len(os.sched_getaffinity(0))))


def run_lanes(tasks, lanes):
    """Run callables, begun in their order, ``lanes`` at a time.

    :return: what they returned, in that order
    :raise: what the first one that fails raises; what runs beside it is ended, and what has not begun never does
    """
    has_failed = threading.Event()

    def run_one(task):
        if has_failed.is_set():
            return None
        try:
            return task()
        except BaseException:
            has_failed.set()
            raise

    with ThreadPoolExecutor(lanes) as pool:
        futures = [pool.submit(run_one, task) for task in tasks]
        try:
            for future in as_completed(futures):
                future.result()
        except BaseException:
            has_failed.set()
            with ended_children():
                pool.shutdown()
            raise
    return [future.result() for future in futures]
