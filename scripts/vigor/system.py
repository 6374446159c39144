"""The machine's own packages: what is there, and installing what is missing where that is allowed."""

import os
import shutil
import socket
import threading

from vigor import console, paths

_port_lock = threading.Lock()
_apt_lock = threading.Lock()
_given_ports = set()


def is_root():
    """Whether we may install packages and have to run PostgreSQL under another account."""
    return os.geteuid() == 0


def can_install():
    """Whether a missing package can be had without asking anybody."""
    return is_root() and bool(shutil.which("apt-get"))


def install(packages, purpose):
    """Install packages of the distribution with apt.

    :raise Problem: when apt fails, with the end of its output
    """
    log = paths.log_file(f"apt-{packages[0]}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _apt_lock, console.step(f"Installing {', '.join(packages)} ({purpose})", log):
        console.run_logged(["apt-get", "-q", "update"], log, env=environment)
        console.must(
            ["apt-get", "-q", "-y", "--no-install-recommends", "install", *packages],
            log,
            f"apt could not install {', '.join(packages)}.",
            f"Look at {paths.shown(log)}; try: apt-get update && apt-get install {' '.join(packages)}",
            env=environment,
        )


def want_program(names, package, lost):
    """Have a program that is useful but not necessary: install it when we may, else say what is lost.

    :param names: the names under which the program may be found
    :param lost: what does not work without it, as the end of a sentence
    :return: whether it is there now
    """
    if any(shutil.which(name) for name in names):
        return True
    if can_install():
        install([package], lost)
        return any(shutil.which(name) for name in names)
    console.say(f"  Note: {names[0]} is missing, so {lost}. To fix it: install the package {package}.")
    return False


def port_is_free(port, host="127.0.0.1"):
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port(first):
    """The first free port from ``first``, on all interfaces; never one that this program was given before."""
    with _port_lock:
        for port in range(first, first + 500):
            if port not in _given_ports and port_is_free(port, "0.0.0.0"):
                _given_ports.add(port)
                return port
    raise console.Problem(f"No free port from {first} to {first + 499}.", "End some servers, or choose with --port.")
