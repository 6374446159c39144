"""Billing workers that can be killed; ``odoo shell`` runs this file, ``test_billing.py`` talks to it.

Each command is carried out by a fork of this process: own connections to the database, own locks, own death. A worker
that is to die gets SIGKILL just before one of its SQL statements or its commit, as the kernel or an operator would send
it. The product knows nothing of this.
"""

import os
import pickle
import signal
import sys
from datetime import date
from multiprocessing.connection import Listener

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.fields import Command

registry = env.registry  # noqa: F821 - odoo shell gives it


class Fuse:
    """Kills this process before its ``length``-th step: a statement or a commit."""

    def __init__(self, length):
        self.length, self.steps = length, 0

    def arm(self):
        for name in ("execute", "commit"):
            self._put_before(odoo.sql_db.Cursor, name)

    def _put_before(self, owner, name):
        original = getattr(owner, name)

        def burning(*arguments, **options):
            self.steps += 1
            if self.steps == self.length:
                os.kill(os.getpid(), signal.SIGKILL)
            return original(*arguments, **options)

        setattr(owner, name, burning)


# --- Commands, each carried out in a fork ----------------------------------------------------------------------------


def set_up(env, chunk_size):
    """Mexico's chart, IVA, a plan of 499.00, and two branches with a journal each; return the ids of the branches."""
    company = env.company
    if company.chart_template != "mx":
        company.country_id = env.ref("base.mx")
        env["account.chart.template"].try_loading("mx", company=company, install_demo=False)
    company._ensure_gym_taxes()
    company.gym_billing_chunk_size = chunk_size
    place = {"zip": "06700", "tz": "America/Mexico_City"}
    branches = env["gym.location"].create([{"name": f"Branch {number}", **place} for number in range(2)])
    journal = branches[0]._get_gym_journal()
    for number, branch in enumerate(branches):
        branch.gym_journal_id = journal.copy({"code": f"F{branch.id}", "name": f"Journal {number}"})
    price = Command.create({"amount": 499.0, "valid_from": date(2020, 1, 1)})
    env["gym.plan"].create({"name": "Faulty", "price_ids": [price]})
    return branches.ids


def subscribe(env, branch_id, count):
    """Subscriptions of new members that are due today for the first time; return their ids."""
    branch = env["gym.location"].browse(branch_id)
    plan = env["gym.plan"].search([("name", "=", "Faulty")], limit=1)
    members = env["gym.member"].create([{"name": f"M {number}", "location_id": branch_id} for number in range(count)])
    subscriptions = env["gym.subscription"].create([{"member_id": one.id, "plan_id": plan.id} for one in members])
    today = branch._today()
    subscriptions.write(
        {
            "state": "active",
            "price_id": plan.price_ids.id,
            "date_start": today,
            "date_anchor": today,
            "next_bill_date": today,
        }
    )
    return subscriptions.ids


def start(env, runs=1):
    """Make runs and start them, all over the same due subscriptions; return their ids."""
    made = env["gym.billing.run"].create([{} for _run in range(runs)])
    for run in made:
        run._start()
    return made.ids


def journals(env, run_id):
    """Return the journals of a run with chunks to bill."""
    chunks = env["gym.billing.chunk"].search([("run_id", "=", run_id), ("state", "=", "todo")])
    return chunks.journal_id.ids


def work(env, run_id, journal_id, die_at=None):
    """Carry out one job of a lane as a queue worker does; return how many steps it took."""
    fuse = Fuse(die_at)
    fuse.arm()
    env["gym.billing.run"].browse(run_id)._work(journal_id)
    env.cr.commit()
    return fuse.steps


def wake(env):
    """The hourly cron."""
    env["gym.billing.run"]._cron_bill()


COMMANDS = {function.__name__: function for function in (set_up, subscribe, start, journals, work, wake)}


# --- Forks -----------------------------------------------------------------------------------------------------------


def carry_out(name, arguments):
    """Run a command in a process and transaction of its own; return its answer, None when it was killed."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        answer_in_fork(writing, name, arguments)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(pid, 0)
    return pickle.loads(content) if content else None


def answer_in_fork(writing, name, arguments):
    try:
        odoo.sql_db.close_all()
        with registry.cursor() as cursor:
            answer = COMMANDS[name](api.Environment(cursor, SUPERUSER_ID, {}), **arguments)
    except Exception as error:
        answer = RuntimeError(f"{name}: {type(error).__name__}: {error}")
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(pickle.dumps(answer))
    os._exit(0)


def serve():
    env.cr.rollback()  # noqa: F821
    odoo.sql_db.close_all()
    with Listener(os.environ["VIGOR_FAULTS_SOCKET"]) as listener, listener.accept() as connection:
        while command := connection.recv():
            connection.send(carry_out(command.pop("name"), command))
    sys.exit()


serve()
