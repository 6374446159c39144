"""``scripts/first-of-month``: bills, charges and stamps the whole demo gym while things break, then reckons up."""

import argparse
import contextlib
import os
import signal
import sqlite3
import tempfile
import time
from pathlib import Path

from vigor import (
    cache,
    console,
    paths,
    prepared,
    server,
    system,
)
from vigor.database import Databases

DRIVER = Path(__file__).with_name("month_driver.py")
PATIENCE_S = 900
PAC_AWAY_S = 20
FIRST_PORT = 8369


def main(arguments):
    """Do the first of the month on a copy of the demo gym; 0 when everything was done exactly once."""
    parser = argparse.ArgumentParser(prog="scripts/first-of-month", description=__doc__)
    parser.add_argument("--demo", choices=("small", "big"), default="small", help="size of the demo gym")
    parser.add_argument("--quiet", action="store_true", help="kill nobody")
    options = parser.parse_args(arguments)
    store = cache.Cache()
    with prepared.odoo(store) as odoo:
        return 1 if drill(odoo, store, options.demo, options.quiet) else 0


def drill(odoo, store, demo="small", is_quiet=False):
    """Do the first of the month on a copy of the demo gym.

    :return: what should be true in the end and is not
    """
    databases = Databases(odoo)
    name = f"month_{paths.CLONE_ID}"
    databases.drop(name, f"{name}__new")
    prepared.gym(odoo, store, name, demo=demo)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            return Month(odoo, name, Path(scratch)).run(is_quiet)
    finally:
        databases.drop(name)


class Month:
    """One first of the month in one database."""

    def __init__(self, odoo, database, scratch):
        self.odoo, self.database, self.scratch = odoo, database, scratch
        self.pac_state = scratch / "pac.sqlite"
        self.pac_port = system.free_port(FIRST_PORT + 20)  # which no scripts/run takes meanwhile
        self.pac_url = f"http://127.0.0.1:{self.pac_port}"
        self.run_id = self.subscriptions = 0
        self.due = "0.00"

    @property
    def _moves(self):
        return _MOVES.format(run=self.run_id)

    def run(self, is_quiet):
        """Bill, charge and stamp everybody, with deaths unless ``is_quiet``; return what is not true afterwards."""
        _word, run_id, subscriptions, self.due = self._drive("eve", "Preparing the first of the month").split()
        self.run_id, self.subscriptions = int(run_id), int(subscriptions)
        console.say(f"- {self.subscriptions} subscriptions fall due, {self.due} MXN")
        started = time.monotonic()
        with contextlib.ExitStack() as pac, server.mails_kept(self.scratch / "mails") as smtp_port:
            pac.enter_context(self._serve_pac())
            with self._serve_odoo(smtp_port) as running:
                if not is_quiet:
                    self._break_things(running, pac)
                self._wait_until_done()
            seconds = time.monotonic() - started
            self._drive("morning", "The banks answer, and the next morning's dunning begins")
        console.say(f"- billed, charged and stamped within {seconds:.0f} s\n")
        return self._reckon_up()

    # --- processes

    def _drive(self, part, title):
        """Carry out a part of the drive in an ``odoo shell`` and return its last line."""
        log = paths.log_file(f"first-of-month-{part}")
        environment = {
            **self.odoo.environment,
            server.PAC_VARIABLE: self.pac_url,
            "VIGOR_DEMO": str(paths.DATA / "demo"),
            "VIGOR_DRILL": part,
        }
        command = self.odoo.command("shell", "-d", self.database, "--no-http", "--log-level=error")
        with console.step(title, log), DRIVER.open("rb") as script:
            console.must(command, log, f"{title}: failed.", env=environment, stdin=script)
        return log.read_text().strip().splitlines()[-1]

    def _serve_pac(self):
        log = paths.log_file("first-of-month-pac")
        return server.pac_sandbox(self.odoo.python, self.pac_state, log, self.pac_port)

    def _serve_odoo(self, smtp_port):
        port = system.free_port(FIRST_PORT)
        return server.serving(
            self.odoo,
            self.database,
            port,
            paths.log_file("first-of-month-server"),
            workers=2,
            smtp_port=smtp_port,
            environment={server.PAC_VARIABLE: self.pac_url, "ODOO_QUEUE_JOB_PORT": str(port)},
        )

    # --- what breaks

    def _break_things(self, running, pac):
        """Kill the PAC as soon as there is something to stamp, a worker at a job meanwhile, and bring the PAC back."""
        self._wait_for("a document", "SELECT 1 FROM gym_cfdi_document LIMIT 1")
        pac.close()
        [[left]] = self._query("SELECT count(*) FROM gym_cfdi_document WHERE state IN ('to_seal', 'sealed', 'sent')")
        console.say(f"- PAC killed, {left} documents not stamped yet")
        self._kill_a_worker(running)
        time.sleep(PAC_AWAY_S)
        pac.enter_context(self._serve_pac())
        console.say("- PAC back, with its memory")

    def _kill_a_worker(self, running):
        """``kill -9`` the first worker that is at a job once some charges are done."""
        self._wait_for("a charge", f"SELECT 1 FROM gym_charge WHERE state = 'done' AND move_id IN ({self._moves})")
        query = "SELECT worker_pid FROM queue_job WHERE state = 'started' AND worker_pid IS NOT NULL LIMIT 1"
        pid = int(self._wait_for("a worker", query)[0][0])
        with contextlib.suppress(ProcessLookupError):
            if os.getpgid(pid) == running.process.pid:
                os.kill(pid, signal.SIGKILL)
                console.say(f"- worker {pid} killed with -9")

    # --- waiting

    def _query(self, sql):
        return self.odoo.server.query(sql, self.database)

    def _wait_for(self, what, sql):
        until = time.monotonic() + PATIENCE_S
        while not (rows := self._query(sql)):
            if time.monotonic() > until:
                raise console.Problem(f"Waited in vain for {what}.", "See the log first-of-month-server.")
            time.sleep(0.3)
        return rows

    def _wait_until_done(self):
        """Wait until nothing is left to do, as far as it is in the gym's hands: banks may leave answers open."""
        with console.step("Billing, charging, stamping"):
            self._wait_for(
                "the end of billing, charging and stamping",
                f"""SELECT 1 WHERE (SELECT state FROM gym_billing_run WHERE id = {self.run_id}) = 'done'
                      AND NOT EXISTS (SELECT 1 FROM gym_charge WHERE state = 'planned'
                                         AND move_id IN ({self._moves}))
                      AND NOT EXISTS (SELECT 1 FROM gym_cfdi_document WHERE state IN ('to_seal', 'sealed', 'sent'))
                      AND NOT EXISTS (SELECT 1 FROM queue_job WHERE state IN ('pending', 'enqueued', 'started')
                                         AND model_name IN ('gym.charge', 'gym.billing.run', 'gym.cfdi.document'))""",
            )

    # --- the reckoning

    def _reckon_up(self):
        figures = {name: self._query(sql.format(run=self.run_id))[0][0] for name, sql in FIGURES.items()}
        figures["due"] = self.due
        figures["uuids at the PAC"] = self._count_stamps()
        for name, value in figures.items():
            console.say(f"  {name:<34}{value:>14}")
        wrong = [
            rule for rule, holds in self._judge({name: float(value) for name, value in figures.items()}) if not holds
        ]
        for rule in wrong:
            console.say(f"  NOT TRUE: {rule}")
        console.say(f"\nDifferences: {len(wrong)}")
        return wrong

    def _count_stamps(self):
        with contextlib.closing(sqlite3.connect(self.pac_state)) as register:
            return register.execute("SELECT count(*) FROM stamp").fetchone()[0]

    @staticmethod
    def _judge(of):
        """Return what must be true, each with whether it is."""

        def same(*names):
            return " = ".join(names), len({round(of[name], 2) for name in names}) == 1

        stated = round(of["CFDI"] + of["for the global invoice"], 2)
        return [
            same("due", "invoiced", "ledger"),
            ("ledger = CFDI + for the global invoice", stated == round(of["ledger"], 2)),
            same("charged", "bank"),
            same("CFDI stamped", "uuids at the PAC"),
            *((name, of[name] == 0) for name in ("billed twice", "charged twice", "stamped twice", "not stamped")),
            ("dunning has begun", of["dunning cases of today"] > 0),
            ("mails were rendered", of["mails rendered"] > 0),
        ]


_MOVES = "SELECT id FROM account_move WHERE gym_billing_run_id = {run}"
FIGURES = {
    "due": "SELECT 0",
    "invoiced": "SELECT coalesce(sum(amount_total), 0) FROM account_move WHERE gym_billing_run_id = {run}",
    "ledger": f"""SELECT coalesce(sum(line.balance), 0) FROM account_move_line line
        JOIN account_account account ON account.id = line.account_id
        WHERE line.move_id IN ({_MOVES}) AND line.parent_state = 'posted'
          AND account.account_type = 'asset_receivable'""",
    "CFDI": f"""SELECT coalesce(sum(amount_total), 0) FROM gym_cfdi_document
        WHERE state = 'stamped' AND move_id IN ({_MOVES})""",
    "for the global invoice": f"""SELECT coalesce(sum(amount_total), 0) FROM account_move
        WHERE id IN ({_MOVES}) AND cfdi_document_id IS NULL AND cfdi_to_global""",
    "charged": f"""SELECT coalesce(sum(tx.amount), 0) FROM payment_transaction tx
        JOIN gym_charge charge ON charge.transaction_id = tx.id
        WHERE tx.state = 'done' AND charge.move_id IN ({_MOVES})""",
    "bank": f"""SELECT coalesce(sum(line.debit), 0) FROM account_payment payment
        JOIN payment_transaction tx ON tx.id = payment.payment_transaction_id
        JOIN gym_charge charge ON charge.transaction_id = tx.id
        JOIN account_move_line line ON line.move_id = payment.move_id AND line.parent_state = 'posted'
        WHERE charge.move_id IN ({_MOVES})""",
    "invoices": "SELECT count(*) FROM account_move WHERE gym_billing_run_id = {run}",
    "cards charged": f"SELECT count(*) FROM gym_charge WHERE state = 'done' AND move_id IN ({_MOVES})",
    "cards failed": f"SELECT count(*) FROM gym_charge WHERE state = 'failed' AND move_id IN ({_MOVES})",
    "cards refused by the guard": f"SELECT count(*) FROM gym_charge WHERE state = 'refused' AND move_id IN ({_MOVES})",
    "CFDI stamped": "SELECT count(*) FROM gym_cfdi_document WHERE uuid IS NOT NULL",
    "not stamped": "SELECT count(*) FROM gym_cfdi_document WHERE state IN ('to_seal', 'sealed', 'sent', 'rejected')",
    "billed twice": """SELECT count(*) FROM (SELECT 1 FROM gym_subscription_period period
        JOIN account_move move ON move.id = period.move_id WHERE move.gym_billing_run_id = {run}
        GROUP BY period.subscription_id, period.item, period.partner_id, period.date_start
        HAVING count(*) > 1) twice""",
    "charged twice": f"""SELECT count(*) FROM (SELECT 1 FROM payment_transaction tx
        JOIN gym_charge charge ON charge.transaction_id = tx.id
        WHERE tx.state = 'done' AND charge.move_id IN ({_MOVES}) GROUP BY charge.move_id HAVING count(*) > 1) twice""",
    "stamped twice": """SELECT count(*) FROM (SELECT 1 FROM gym_cfdi_document
        WHERE uuid IS NOT NULL AND kind = 'invoice' GROUP BY move_id HAVING count(*) > 1) twice""",
    "dunning cases of today": """SELECT count(*) FROM gym_dunning_case
        WHERE state = 'open' AND date_due >= current_date - 1""",
    "mails rendered": """SELECT count(*) FROM mail_mail mail JOIN mail_message message
        ON message.id = mail.mail_message_id WHERE mail.create_date > now() AT TIME ZONE 'UTC' - interval '8 days'""",
}
