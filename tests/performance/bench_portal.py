"""A member's pages of dues with eight phones at once: ``scripts/bench portal``."""

import contextlib
import http.client
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from datetime import date
from pathlib import Path

import psutil
from dateutil.relativedelta import relativedelta
from harness import percentiles

from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user
from odoo.tools import config

ADDONS = ["l10n_mx", "gym_collection"]
CLIENTS = 8
WORKERS = 3  # one for each of two cores, which PostgreSQL and the clients use too, and one more
ROUNDS = 40
INVOICES = 24
PORT = 18069
PROGRAM = Path(__file__).parents[2] / "scripts" / "vigor" / "odoo_program.py"
LOGIN, PASSWORD = "bench_member", "bench_member_password"
# What Odoo logs of a request: address, number of queries, seconds in them, seconds in Python.
SERVED = re.compile(r'"GET (\S+) HTTP/1\.\d" 200 \S+ (\d+) ([\d.]+) ([\d.]+)')


def main(env):
    """Print for each page the percentiles, the queries, and the processor time of the server."""
    pages = make_member(env)
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "server.log"
        server = start(env.cr.dbname, log)
        try:
            wait()
            for name, address in pages.items():
                measure(server, log, name, address)
        finally:
            server.terminate()
            server.wait()


def make_member(env):
    """Create a member whom the portal knows, with a plan and two years of paid dues; return their pages by name."""
    company = env.company
    if not company.chart_template:
        env["account.chart.template"].try_loading("mx", company=company, install_demo=False)
    company._ensure_gym_taxes()
    branch = env["gym.location"].create({"name": "Roma Norte", "zip": "06700", "tz": "America/Mexico_City"})
    plan = env["gym.plan"].create(
        {
            "name": "Full",
            "freeze_days_per_year": 30,
            "price_ids": [Command.create({"amount": 499.0, "valid_from": date(2020, 1, 1)})],
        }
    )
    quiet = env(context={"no_reset_password": True, "tracking_disable": True})
    user = new_test_user(quiet, LOGIN, groups="base.group_portal", password=PASSWORD)
    member = quiet["gym.member"].create(
        {"name": "Ana Ríos", "location_id": branch.id, "partner_id": user.partner_id.id}
    )
    subscription = join(quiet, member, plan)
    env.cr.commit()
    return {
        "home": "/my/gym",
        "my plan": "/my/gym/plan",
        f"history with {INVOICES} invoices": f"/my/gym/plan/{subscription.id}/history",
        "Odoo's own home, to compare": "/my/home",
    }


def join(env, member, plan):
    """Let the member join as many months ago as there are to be invoices, and bill and pay each of them."""
    subscription = env["gym.subscription"].create({"member_id": member.id, "plan_id": plan.id})
    with freeze_time(f"{env.company._today() - relativedelta(months=INVOICES - 1)} 18:00:00"):
        subscription._activate()
    while len(subscription._get_moves()) < INVOICES:
        with freeze_time(f"{subscription.next_bill_date} 18:00:00"):
            env["gym.billing.engine"]._bill(subscription)
    for move in subscription._get_moves():
        register = env["account.payment.register"].with_context(active_model="account.move", active_ids=move.ids)
        register.create({})._create_payments()
    return subscription


def start(database, log):
    """Start Odoo with worker processes."""
    command = [sys.executable, str(PROGRAM), "server", f"--addons-path={','.join(config['addons_path'])}"]
    command += ["-d", database, f"--db-filter=^{database}$", f"--http-port={PORT}", f"--gevent-port={PORT + 1}"]
    command.append("--http-interface=127.0.0.1")
    command += [f"--workers={WORKERS}", "--max-cron-threads=0", f"--logfile={log}", f"--data-dir={config['data_dir']}"]
    for name in ("db_host", "db_port", "db_user", "db_password"):
        if config[name]:
            command.append(f"--{name}={config[name]}")
    return subprocess.Popen(command)


class Phone:
    """A client that takes as little as possible of the processors it shares with the server."""

    def __init__(self):
        self._cookie = ""

    def ask(self, method, address, form=None):
        """Return status and body of the answer, and remember who one is."""
        connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
        with contextlib.closing(connection):
            kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
            body = urllib.parse.urlencode(form) if form else None
            connection.request(method, address, body, {"Cookie": self._cookie, **kind})
            response = connection.getresponse()
            if given := re.search(r"session_id=[^;]+", response.getheader("Set-Cookie") or ""):
                self._cookie = given.group()
            return response.status, response.read()

    def log_in(self):
        _status, page = self.ask("GET", "/web/login")
        token = re.search(rb'csrf_token" value="([^"]+)"', page).group(1).decode()
        self.ask("POST", "/web/login", {"csrf_token": token, "login": LOGIN, "password": PASSWORD})
        return self


def wait():
    for _second in range(120):
        try:
            if Phone().ask("GET", "/web/login")[0] == 200:
                return
        except ConnectionRefusedError:
            time.sleep(1)
    sys.exit("The server did not start.")


def measure(server, log, name, address):
    """Print what ``address`` takes when all clients ask for it again and again."""
    phones = [Phone().log_in() for _client in range(CLIENTS)]
    seconds = []

    def ask(phone, rounds):
        for _round in range(rounds):
            begin = time.perf_counter()
            status, page = phone.ask("GET", address)
            seconds.append(time.perf_counter() - begin)
            assert status == 200 and b"o_portal" in page and b"oe_login_form" not in page, address

    everybody(ask, phones, 2)
    seconds.clear()
    cpu, size = processor_seconds(server), log.stat().st_size
    everybody(ask, phones, ROUNDS)
    cpu = (processor_seconds(server) - cpu) / len(seconds)
    p50, p95 = percentiles(seconds)
    queries = [int(count) for path, count, *_s in SERVED.findall(log.read_text()[size:]) if path == address]
    print(
        f"{name:<28} n={len(seconds):<4} p50={p50:7.1f} ms  p95={p95:7.1f} ms"
        f"  server CPU={cpu * 1000:6.1f} ms  queries={max(queries, default=0)}"
    )


def everybody(ask, phones, rounds):
    threads = [threading.Thread(target=ask, args=(phone, rounds)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def processor_seconds(server):
    """Return the processor time that the server has used, with its workers, those that have ended too."""
    main_process = psutil.Process(server.pid)
    total = sum(main_process.cpu_times()[:4])
    for worker in main_process.children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            total += sum(worker.cpu_times()[:2])
    return total
