"""An Odoo server process: started, waited for, and stopped with all its children."""

import contextlib
import subprocess
import time
import urllib.error
import urllib.request

from vigor import console, system

START_TIMEOUT_S = 180


class OdooServer:
    """A running Odoo that serves one database."""

    def __init__(self, odoo, database, port, log, workers=0, smtp_port=None, environment=None):
        """Start it.

        :param int workers: processes; 0 for one with threads
        :param int smtp_port: of the mail server on this machine
        """
        self.url = f"http://127.0.0.1:{port}"
        self._expected = [f"{self.url}/web/login"]
        self.log = log
        arguments = ["-d", database, f"--db-filter=^{database}$", f"--http-port={port}", f"--workers={workers}"]
        if workers:
            gevent_port = system.free_port(port + 1)
            arguments.append(f"--gevent-port={gevent_port}")
            self._expected.append(f"http://127.0.0.1:{gevent_port}/websocket/health")
        if smtp_port:
            arguments += ["--smtp=127.0.0.1", f"--smtp-port={smtp_port}"]
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
        """Return when the login page is served and, with workers, the websocket too.

        :raise Problem: when the server ends or does not answer in time
        """
        until = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < until:
            if self.process.poll() is not None:
                raise console.Problem(f"Odoo ended at once.\n{console.tail(self.log)}", f"The log is {self.log}.")
            if all(map(_answers, self._expected)):
                return
            time.sleep(0.3)
        raise console.Problem(f"Odoo did not answer at {self.url}.\n{console.tail(self.log)}", f"See {self.log}.")

    def stop(self):
        """End the server and its children."""
        console.end_group(self.process)


def _answers(url):
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


@contextlib.contextmanager
def serving(odoo, database, port, log, **options):
    """A server that answers, stopped at the end whatever happens."""
    server = OdooServer(odoo, database, port, log, **options)
    try:
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
