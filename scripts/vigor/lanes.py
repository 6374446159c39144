"""Doing several things at once, as many as there are processors for."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed

from vigor import console


def count():
    """How many things this machine does at once: two at least, since each waits for its database half the time."""
    return max(2, min(4, len(os.sched_getaffinity(0))))


def run(tasks, lanes):
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
            with console.ended_children():
                pool.shutdown()
            raise
    return [future.result() for future in futures]
