"""Lets Python sleep under faketime, whose 0.9.10 (Debian 12) refuses the absolute sleep that Python 3.11 asks for.

``vigor/hours.py`` puts this folder on the path of the programs that it moves to another hour.
"""

import select
import time


def _sleep(seconds):
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    select.select([], [], [], seconds)


time.sleep = _sleep
