"""Readers of codes: what types into the program's terminal, or sends lines over a serial line."""

import io
import logging
import sys
import threading
import time
from pathlib import Path

_logger = logging.getLogger(__name__)
PAUSE_S = 0.5  # between two codes of one reader: guessing is slow
AGAIN_S = 5  # after which a reader that was unplugged is tried again
LONGEST = 200


def lines(stream):
    """Yield what a reader sends, code by code: it ends each with a line feed or a carriage return."""
    part = b""
    while byte := stream.read(1):
        if byte in b"\r\n":
            text = part.decode("ascii", "replace").strip()
            part = b""
            if text:
                yield text
        elif len(part) < LONGEST:
            part += byte


def start(name, take):
    """Call ``take`` with every code of a reader, in a thread.

    :param str name: ``stdin``, or the path of a device
    """
    threading.Thread(target=_run, args=(name, take), name=f"reader {name}", daemon=True).start()


def _run(name, take):
    while True:
        try:
            _read(name, take)
        except OSError as error:
            _logger.warning("The reader %s cannot be read: %s", name, error)
        if name == "stdin":
            return
        time.sleep(AGAIN_S)


def _read(name, take):
    if name == "stdin":
        # without a buffer: a thread that waits in one holds up the end of the program
        _take_all(io.FileIO(sys.stdin.fileno(), closefd=False), take)
        return
    with Path(name).open("rb", buffering=0) as stream:
        _make_raw(stream)
        _take_all(stream, take)


def _take_all(stream, take):
    for text in lines(stream):
        try:
            take(text)
        except Exception:  # noqa: BLE001 - one code that goes wrong stops no other
            _logger.exception("A code could not be handled")
        time.sleep(PAUSE_S)


def _make_raw(stream):
    """Let a serial line hand on bytes as they come; other devices, and Windows, need nothing."""
    try:
        import termios  # not on Windows
        import tty
    except ImportError:
        return
    try:
        tty.setraw(stream.fileno())
    except termios.error:
        return
