"""The sandbox as a process of its own, which can be killed."""

import subprocess
import sys
from pathlib import Path

_MAIN = Path(__file__).parent / "__main__.py"
_PATIENCE_S = 30


class Process:
    """A sandbox beside this process, for as long as the ``with`` lasts.

    :param state_file: where it remembers
    :param int port: 0 takes a free one; after a restart the address is the same all the same
    """

    def __init__(self, state_file, port=0):
        self._state_file = state_file
        self._port = port
        self._process = None
        self.url = ""

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *exception):
        self.kill()

    def start(self):
        """Start it and return when it listens."""
        command = [sys.executable, _MAIN, "--port", str(self._port), "--state", self._state_file]
        self._process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        self.url = self._process.stdout.readline().strip()
        if not self.url:
            raise RuntimeError(f"the sandbox ended at once with code {self._process.wait(_PATIENCE_S)}")
        self._port = int(self.url.rpartition(":")[2])

    def kill(self):
        """End it as a machine that loses power would: it has no say."""
        self._process.kill()
        self._process.wait(_PATIENCE_S)
        self._process.stdout.close()

    def restart(self):
        """Kill it and start it anew on the same memory and address."""
        self.kill()
        self.start()
