"""Workers of the outbox that can be killed; ``odoo shell`` runs this file, ``conftest.py`` talks to it.

Each command is carried out by a fork of this process, which is a worker of its own: own connections to the database,
own locks, own death. A worker dies by ``os._exit``, without a word to anybody, at its ``die_at``-th step: before and
after each commit, before and after each call to a PAC. The product knows nothing of this.
"""

import itertools
import os
import pickle
import random
import signal
import sys
import threading
import time
from datetime import timedelta
from multiprocessing.connection import Listener

import odoo.sql_db
from odoo import SUPERUSER_ID, api

from odoo.addons.gym_cfdi import services
from odoo.addons.gym_cfdi.domain import rules, seal, xsd
from odoo.addons.gym_cfdi.domain.reader import parse, read
from odoo.addons.gym_cfdi.domain.tests import certificates
from odoo.addons.gym_cfdi.domain.tests.documents import invoice
from odoo.addons.gym_cfdi.models import gym_cfdi_document_answers
from odoo.addons.gym_cfdi_sandbox.sandbox import accounts

DIED = 77
registry = env.registry  # noqa: F821 - odoo shell gives it
Document = registry["gym.cfdi.document"]


def compose(documents):
    """Instead of invoices: the membership of the tests of the domain, in the name of the document."""

    def make(records, dates):
        return {
            record: invoice(serie="F", folio=str(record.id), fecha=dates[record], no_certificado=None)
            for record in records
        }

    return {("invoice",): make}


Document._get_composers = compose


class Steps:
    """Counts steps, and ends the process at one of them."""

    def __init__(self, die_at):
        self._die_at = die_at
        self._counter = itertools.count(1)
        self._lock = threading.Lock()
        self.names = []

    def step(self, name):
        with self._lock:
            self.names.append(name)
            if next(self._counter) == self._die_at:
                os._exit(DIED)

    def around(self, owner, method):
        original = getattr(owner, method)

        def stepped(*arguments):
            self.step(f"before {method}")
            result = original(*arguments)
            self.step(f"after {method}")
            return result

        setattr(owner, method, stepped)


def arm(die_at):
    steps = Steps(die_at)
    steps.around(Document, "_commit")
    for client in services.clients().values():
        steps.around(client, "stamp")
        steps.around(client, "recover")
    return steps


# --- Commands, each carried out in a fork ----------------------------------------------------------------------------


def set_up(env, url, providers):
    """Give the company its seal, and a sandbox behind each of ``providers`` instead of those it had."""
    company = env.ref("base.main_company")
    company.write(
        {
            "vat": "EKU9003173C9",
            "zip": "42501",
            "country_id": env.ref("base.mx").id,
            "cfdi_name": "ESCUELA KEMPER URGATE",
            "cfdi_regime": "601",
        }
    )
    env["certificate.certificate"]._create_csd(
        company, certificates.cer_file(), certificates.key_file(), certificates.PASSWORD
    )
    env["gym.cfdi.pac"].search([("company_id", "=", company.id)]).active = False
    for sequence, provider in enumerate(providers):
        values = {"name": provider, "provider": provider, "sequence": sequence, "company_id": company.id, "url": url}
        pac = env["gym.cfdi.pac"].create(values | {"username": accounts.USERNAME})
        pac._vault_write("password_encrypted", accounts.PASSWORD)
    return company.id


def record(env, company_id, count):
    values = {"company_id": company_id, "kind": "invoice", "document_type": "I", "place_zip": "42501"}
    return env["gym.cfdi.document"]._record([values] * count).ids


def stamp(env, ids, die_at=None, settled=True):
    """Run the job of the queue; ``settled``: as if the time for requests under way had passed."""
    if settled:
        gym_cfdi_document_answers.SETTLE = timedelta(0)
    steps = arm(die_at)
    env["gym.cfdi.document"].browse(ids)._job_stamp()
    return steps.names


COMMANDS = {command.__name__: command for command in (set_up, record, stamp)}


def work(connection, name, arguments):
    with registry.cursor() as cr:
        result = COMMANDS[name](api.Environment(cr, SUPERUSER_ID, {}), **arguments)
    connection.write(pickle.dumps(result))
    connection.close()


def fork(name, arguments):
    """Start a worker; return its process and the pipe on which its result will come."""
    reader, writer = os.pipe()
    process = os.fork()
    if process:
        os.close(writer)
        return process, os.fdopen(reader, "rb")
    try:
        os.close(reader)
        random.seed()
        work(os.fdopen(writer, "wb"), name, arguments)
    except BaseException:  # noqa: BLE001 - the fork must never come back into the loop
        sys.excepthook(*sys.exc_info())
        os._exit(1)
    os._exit(0)


def finish(process, pipe):
    """Wait for a worker; return its result, or ``None`` when it died as it was told."""
    with pipe:
        data = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if code in (DIED, -signal.SIGKILL):
        return None
    if code:
        raise RuntimeError(f"a worker ended with {code}")
    return pickle.loads(data)


def run(name, workers=1, kill_after_s=None, **arguments):
    """Carry out a command by some workers at once, killing them after a while when asked to."""
    forks = [fork(name, arguments) for _worker in range(workers)]
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        for process, _pipe in forks:
            os.kill(process, signal.SIGKILL)
    return [finish(process, pipe) for process, pipe in forks]


def warm_up():
    """Read catalogues and schemas once, not in every fork."""
    sealed = seal.seal(invoice(no_certificado=None), certificates.csd())
    rules.check(read(sealed.xml))
    xsd.violations(parse(sealed.xml))


warm_up()
env.cr.close()  # noqa: F821
odoo.sql_db.close_all()
with Listener(os.environ["VIGOR_FAULTS_SOCKET"]) as listener, listener.accept() as caller:
    while (command := caller.recv()) is not None:
        try:
            caller.send(run(command.pop("name"), **command))
        except Exception as error:  # noqa: BLE001 - the test is told
            caller.send(error)
os._exit(0)  # the shell would go on with the cursor that is closed
