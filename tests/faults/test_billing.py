"""Billing under kill -9, two runs at once and a database that restarts: every due period is billed exactly once."""

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import time
from multiprocessing.connection import Client
from pathlib import Path

import psycopg2
import pytest

DRIVER = Path(__file__).with_name("billing_driver.py")
PATIENCE_S = 300
CHUNK = 10
POINTS = 24  # at which a worker is killed within a chunk, spread over all its statements


class Gym:
    """The driver's commands, and the database as it is on disk."""

    def __init__(self, connection, database):
        self._connection = connection
        self._database = database
        self.branches = self.ask("set_up", chunk_size=CHUNK)

    def ask(self, name, **arguments):
        self._connection.send({"name": name, **arguments})
        answer = self._connection.recv()
        if isinstance(answer, Exception):
            raise answer
        return answer

    @contextlib.contextmanager
    def connect(self):
        with contextlib.closing(psycopg2.connect(dbname=self._database)) as connection:
            connection.autocommit = True
            yield connection

    def query(self, sql, *parameters):
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            return cursor.fetchall() if cursor.description else []

    def subscribe(self, each):
        return [one for branch in self.branches for one in self.ask("subscribe", branch_id=branch, count=each)]

    def work_off(self, run):
        """Carry out what is left of a run, as workers that nobody kills."""
        while journals := self.ask("journals", run_id=run):
            for journal in journals:
                self.ask("work", run_id=run, journal_id=journal)
        self.ask("work", run_id=run, journal_id=False)

    def wait_until_done(self, runs):
        until = time.monotonic() + PATIENCE_S
        while not self._are_done(runs):
            assert time.monotonic() < until, self.query(
                "SELECT state, count(*), max(exc_message) FROM queue_job WHERE channel = 'root.billing' GROUP BY state"
            )
            time.sleep(0.5)

    def _are_done(self, runs):
        try:
            return not self.query("SELECT 1 FROM gym_billing_run WHERE id = ANY(%s) AND state != 'done'", runs)
        except psycopg2.OperationalError:  # the database is recovering
            return False

    def close(self):
        self._connection.send(None)


@pytest.fixture(scope="module")
def gym(tmp_path_factory):
    """A gym to bill."""
    address = str(tmp_path_factory.mktemp("billing") / "socket")
    with DRIVER.open("rb") as script:
        process = subprocess.Popen(
            json.loads(os.environ["VIGOR_SHELL"]), stdin=script, env={**os.environ, "VIGOR_FAULTS_SOCKET": address}
        )
    until = time.monotonic() + 120
    while True:
        try:
            connection = Client(address)
            break
        except (FileNotFoundError, ConnectionRefusedError):
            assert process.poll() is None and time.monotonic() < until, "the driver does not listen"
            time.sleep(0.1)
    with connection:
        opened = Gym(connection, os.environ["VIGOR_DATABASE"])
        yield opened
        opened.close()
        process.wait(60)


@pytest.fixture
def assert_billed_exactly_once(gym):
    """Check that each subscription has its period, on one posted invoice, and that the ledger balances."""

    def check(subscriptions, runs):
        billed = gym.query(
            """SELECT sub.id, count(period.id), count(DISTINCT move.id), min(move.amount_total), min(move.state)
                 FROM gym_subscription sub
                 LEFT JOIN gym_subscription_period period ON period.subscription_id = sub.id
                 LEFT JOIN account_move move ON move.id = period.move_id
                WHERE sub.id = ANY(%s) GROUP BY sub.id""",
            subscriptions,
        )
        assert {(periods, moves, float(amount), state) for _id, periods, moves, amount, state in billed} == {
            (1, 1, 499.0, "posted")
        }
        advanced = "SELECT count(*) FROM gym_subscription WHERE id = ANY(%s) AND next_bill_date > period_start"
        assert gym.query(advanced, subscriptions) == [(len(subscriptions),)]
        moves = gym.query("SELECT id FROM account_move WHERE gym_billing_run_id = ANY(%s)", runs)
        assert len(moves) == len(subscriptions), "an invoice too many, or one without its run"
        assert not gym.query(
            """SELECT move_id FROM account_move_line WHERE parent_state = 'posted'
                GROUP BY move_id HAVING SUM(balance) != 0 OR SUM(debit) != SUM(credit)"""
        )
        gaps = """SELECT journal_id FROM account_move WHERE gym_billing_run_id IS NOT NULL
                   GROUP BY journal_id, sequence_prefix
                  HAVING max(sequence_number) - min(sequence_number) + 1 != count(*)"""
        assert not gym.query(gaps), "numbers are missing"
        events = """SELECT count(*) FROM gym_event_log WHERE type = 'subscription.billed'
                       AND (payload->>'subscription_id')::int = ANY(%s)"""
        assert gym.query(events, subscriptions) == [(len(subscriptions),)]
        for run in runs:
            messages = """SELECT count(*) FROM mail_message WHERE model = 'gym.billing.run' AND res_id = %s
                             AND body ~ ('\\m' || (SELECT sum(subscription_count) FROM gym_billing_chunk
                                                  WHERE run_id = %s) || '\\M')"""
            assert gym.query(messages, run, run) == [(1,)]

    return check


def test_a_worker_killed_at_any_statement_of_a_chunk(gym, assert_billed_exactly_once):
    measured = gym.subscribe(CHUNK // 2)
    [run] = gym.ask("start")
    steps = max(gym.ask("work", run_id=run, journal_id=journal) for journal in gym.ask("journals", run_id=run))
    gym.work_off(run)
    assert_billed_exactly_once(measured, [run])

    subscriptions = gym.subscribe(CHUNK)
    [run] = gym.ask("start")
    for journal in gym.ask("journals", run_id=run):
        for point in range(POINTS):
            die_at = 1 + point * (steps - 1) // (POINTS - 1)
            killed = gym.ask("work", run_id=run, journal_id=journal, die_at=die_at) is None
            if not killed:  # a shorter way than the measured one: it is done
                break
            billed = "SELECT count(*) FROM gym_subscription_period WHERE subscription_id = ANY(%s)"
            assert gym.query(billed, subscriptions)[0][0] % CHUNK == 0, f"half a chunk was kept at step {die_at}"
    gym.work_off(run)
    assert_billed_exactly_once(subscriptions, [run])


def test_two_runs_at_once(gym, assert_billed_exactly_once):
    subscriptions = gym.subscribe(25)
    runs = gym.ask("start", runs=2)
    with serving(gym):
        gym.wait_until_done(runs)
    assert_billed_exactly_once(subscriptions, runs)


def test_queue_workers_killed_in_a_real_run(gym, assert_billed_exactly_once):
    subscriptions = gym.subscribe(150)
    runs = gym.ask("start")
    chance = random.Random(7)
    kills = 0
    with serving(gym) as server:
        while kills < 6 and not gym.query("SELECT 1 FROM gym_billing_run WHERE id = %s AND state = 'done'", runs[0]):
            time.sleep(chance.uniform(0.3, 1.5))
            if busy := gym.query("SELECT worker_pid FROM queue_job WHERE state = 'started' AND worker_pid IS NOT NULL"):
                kill_child(server, chance.choice(busy)[0])
                kills += 1
        gym.wait_until_done(runs)
    assert kills >= 2, "the run was over before anybody was killed"
    assert_billed_exactly_once(subscriptions, runs)


def test_the_database_goes_away_in_a_real_run(gym, assert_billed_exactly_once):
    subscriptions = gym.subscribe(100)
    runs = gym.ask("start")
    with serving(gym):
        for _time in range(3):
            time.sleep(1.5)
            crash_database(gym)
        gym.wait_until_done(runs)
    assert_billed_exactly_once(subscriptions, runs)


def test_a_run_whose_jobs_were_lost_is_woken_by_the_cron(gym, assert_billed_exactly_once):
    subscriptions = gym.subscribe(CHUNK)
    runs = gym.ask("start")
    gym.query("DELETE FROM queue_job WHERE channel = 'root.billing' AND state != 'done'")
    gym.ask("wake")
    with serving(gym):
        gym.wait_until_done(runs)
    assert_billed_exactly_once(subscriptions, runs)


@contextlib.contextmanager
def serving(gym):
    """A server with two workers and the runner of the job queue, stopped at the end with all its children."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    words = [word for word in json.loads(os.environ["VIGOR_SHELL"]) if word != "--no-http"]
    words[words.index("shell")] = "server"
    options = [f"--http-port={port}", f"--gevent-port={port + 1}", "--workers=2", "--max-cron-threads=0"]
    process = subprocess.Popen(
        [*words, *options],
        env={**os.environ, "ODOO_QUEUE_JOB_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(20)


def kill_child(server, pid):
    """``kill -9`` a worker, if it still is one of this server."""
    with contextlib.suppress(OSError):
        if os.getpgid(pid) == server.pid:
            os.kill(pid, signal.SIGKILL)


def wait_for_recovery(gym):
    """Return once PostgreSQL takes connections again and keeps them."""
    until = time.monotonic() + PATIENCE_S
    while True:
        time.sleep(1)
        try:
            gym.query("SELECT 1")
        except psycopg2.OperationalError:
            assert time.monotonic() < until, "PostgreSQL did not come back"
        else:
            return


def wait_until_lost(connection):
    """Return once the server has ended a connection."""
    until = time.monotonic() + PATIENCE_S
    with contextlib.suppress(psycopg2.OperationalError), connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute("SELECT 1")
            time.sleep(0.05)
        raise AssertionError("PostgreSQL does not notice that one of its processes was killed")


def crash_database(gym):
    """End PostgreSQL as a crash does when the cluster is this test's own; otherwise break all its connections."""
    if os.environ.get("VIGOR_PRIVATE_CLUSTER"):
        # The postmaster answers the death of one of its processes by ending all and recovering from the log.
        with gym.connect() as victim, gym.connect() as witness:
            os.kill(victim.info.backend_pid, signal.SIGKILL)
            wait_until_lost(witness)
        wait_for_recovery(gym)
    else:
        gym.query(
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid != pg_backend_pid()"""
        )
