"""A process within limits: sets them on itself, then runs the program that it is given. ``apart.py`` starts it."""

import resource
import runpy
import sys


def limit(seconds, memory_bytes):
    """Let the kernel end this process after ``seconds`` of CPU, and refuse it more memory and any file."""
    wanted = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: memory_bytes,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in wanted.items():
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    limit(int(sys.argv[1]), int(sys.argv[2]))
    program, sys.argv = sys.argv[3], sys.argv[3:]
    runpy.run_path(program, run_name="__main__")
