"""What an operator does on a machine: the page's own commands, and asking what became of them."""

import contextlib
import json
import re
import time

import operator_page
from vigor import console
from visitor import NAME, Visitor

PATIENCE_S = 120
SHELL = "$odoo shell -c /etc/odoo/odoo.conf --no-http --log-level=error"
MARK = "ANSWER "


class Page:
    """The blocks of docs/operator.md."""

    # what needs the internet beyond mirrors of packages: Odoo is there already, and the certificate is the gym's own
    UNPROVEN = {"odoo", "certificate", "upgrade-odoo"}

    def __init__(self):
        self.blocks = operator_page.blocks()
        self.names = self.blocks["names"].replace("ADDRESS-OF-THIS-REPOSITORY", "file:///srv/vigor.git")
        self.done = {"names"}

    def take(self, name):
        """The lines of a block, which counts as done, with those that each section begins with."""
        self.done.add(name)
        return self.names + self.blocks[name]

    def left(self):
        """The blocks that nobody has done."""
        return set(self.blocks) - self.done - self.UNPROVEN


class OperatorMachine:
    """A machine, and the person who takes it through the page."""

    def __init__(self, machine, page):
        self.machine, self.page = machine, page
        self.password = None

    def do(self, name, with_internet=False):
        """Do a block of the page and return what it wrote."""
        with console.step(f"{self.machine.name}: {name}"):
            return self.machine.run(self.page.take(name), with_internet)

    def run(self, script):
        """Do what the page does not tell."""
        return self.machine.run(self.page.names + script)

    def ask_odoo(self, expression, database="vigor", before=""):
        """The value of an expression with ``env`` in Odoo's shell; ``before`` are lines that come first."""
        lines = f"import json\n{before}\nprint({MARK!r} + json.dumps({expression}))\n"
        wrote = self.run(f"{SHELL} -d {database} <<'END'\n{lines}END\n")
        return json.loads(wrote.split(MARK)[1].splitlines()[0])

    def query(self, sql, database="vigor"):
        """The rows of a query, as lists of texts."""
        wrote = self.machine.run(f"sudo -u postgres psql -X -A -t -F '|' -d {database} <<'END'\n{sql}\nEND\n")
        return [line.split("|") for line in wrote.splitlines()]

    def wait_for(self, what, find):
        """Return what ``find`` returns, as soon as it is something; while nobody listens it is nothing."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            with contextlib.suppress(ConnectionError):
                if found := find():
                    return found
            time.sleep(1)
        raise AssertionError(f"waited in vain for {what}")

    def wait_until_served(self):
        """Return when pages and the websocket are served."""
        for path in ("/web/login", "/websocket/health"):
            self.wait_for(path, lambda path=path: self.visitor().ask(path).status == 200)

    def visitor(self):
        """A browser that knows nothing of the gym yet."""
        return Visitor(self.machine)

    # --- in place of what needs the internet

    def certify(self):
        """In place of certbot, which nginx has to let in first: a certificate that the gym signs itself."""
        self.machine.run(f"""
            mkdir -p /var/www/html/.well-known/acme-challenge /etc/letsencrypt/live/{NAME}
            echo proof > /var/www/html/.well-known/acme-challenge/token
            cd /etc/letsencrypt/live/{NAME}
            openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN={NAME} -addext subjectAltName=DNS:{NAME} \\
                -keyout privkey.pem -out fullchain.pem
        """)
        assert self.visitor().is_let_in(), "certbot would not be let in before nginx has the gym's file"

    def serve(self):
        """Do the steps after the database."""
        self.do("server")
        self.certify()
        self.do("nginx")

    # --- what is looked at

    def log(self):
        """What Odoo wrote."""
        return self.machine.run("cat /var/log/odoo/odoo.log")

    def complaints(self):
        """The lines of Odoo's log that warn, but for Python's own and those that the missing internet explains."""
        lines = re.findall(r"^.* (?:WARNING|ERROR|CRITICAL) .*$", self.log(), re.M)
        return [line for line in lines if not re.search(r" py\.warnings: |publisher_warranty", line)]
