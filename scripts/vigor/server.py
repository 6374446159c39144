"""An Odoo server process: started, waited for, and stopped with all its children."""

import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from vigor import console

START_TIMEOUT_S = 180


class OdooServer:
    """A running Odoo that serves one database."""

    def __init__(self, odoo, database, port, log, workers=0, gevent_port=None, environment=None):
        self.url = f"http://127.0.0.1:{port}"
        self.log = log
        arguments = ["-d", database, f"--db-filter=^{database}$", f"--http-port={port}", f"--workers={workers}"]
        if gevent_port:
            arguments.append(f"--gevent-port={gevent_port}")
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [str(word) for word in odoo.command("server", *arguments)],
                env={**odoo.environment, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self):
        """Return when the login page is served.

        :raise Problem: when the server ends or does not answer in time
        """
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise console.Problem(f"Odoo ended at once.\n{console.tail(self.log)}", f"The log is {self.log}.")
            if self._answers():
                return
            time.sleep(0.3)
        raise console.Problem(f"Odoo did not answer at {self.url}.\n{console.tail(self.log)}", f"See {self.log}.")

    def _answers(self):
        try:
            with urllib.request.urlopen(f"{self.url}/web/login", timeout=60) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self):
        """End the server and its children."""
        console.end_group(self.process)


@contextlib.contextmanager
def serving(odoo, database, port, log, **options):
    """A server that answers, stopped at the end whatever happens."""
    server = OdooServer(odoo, database, port, log, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
