"""Doing what a file of a stranger may make endless in a process of its own, so that it stops no worker."""

import logging
import subprocess
import sys
from pathlib import Path

_logger = logging.getLogger(__name__)

LIMITED = Path(__file__).with_name("limited.py")


class TooHeavyError(Exception):
    """The process needed more than it was given, or broke."""


def run_apart(program, arguments, given, cpu_s, memory_bytes, wait_s):
    """Return what a Python program writes on its standard output, run without our environment, files and connections.

    :param Path program: a file of Python; it may write no file
    :param arguments: texts that it finds in ``sys.argv``
    :param bytes given: its standard input
    :param int cpu_s: seconds of CPU that it may take
    :param int memory_bytes: that it may take
    :param int wait_s: how long it may take on a busy machine
    :raise TooHeavyError: beyond these limits, or broken
    """
    command = [sys.executable, "-I", "-B", str(LIMITED), str(cpu_s), str(memory_bytes), str(program), *arguments]
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=wait_s, env={}, cwd="/", check=True)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        _logger.info("A file was too much to read: %s, %s", error, (error.stderr or b"")[-500:])
        raise TooHeavyError from error
    return done.stdout
