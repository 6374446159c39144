"""Bill a gym beside the OCA's contract and subscription_oca: ``scripts/bench billing [--many]``."""

import argparse
import os
import resource
import statistics
import sys
import time
from datetime import date
from pathlib import Path

from harness import copy_rows, percentiles, timings

import odoo.sql_db
from odoo.fields import Command

ADDONS = ["l10n_mx", "gym_revenue"]
# AGPL: compared with here, in a database of its own, and used nowhere else.
RIVALS = {
    "contract": "odoo-addon-contract==19.0.1.2.1.2",
    "subscription_oca": "odoo-addon-subscription_oca==19.0.1.1.4.2",
}
INVOICES = 200
ROUNDS = 3
SIZES = (100, 1_000, 5_000)
MANY = 20_000
SUBSCRIPTIONS = 200_000
DUE = 20_000
TOTAL = 499.0


class Gauge:
    """Measures what billing ``count`` customers takes: seconds, CPU of this process, queries."""

    def __init__(self, env, count):
        self.env, self.count = env, count

    def __enter__(self):
        self.env.cr.commit()
        self.env.invalidate_all()
        self.queries = self.env.cr.sql_log_count
        self.wall, self.cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *failure):
        self.env.cr.commit()
        self.wall = (time.perf_counter() - self.wall) / self.count
        self.cpu = (time.process_time() - self.cpu) / self.count
        self.queries = (self.env.cr.sql_log_count - self.queries) / self.count


def main(env):
    """Print the comparison, how it grows, two workers, and the selection of what is due."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--many", action="store_true", help=f"also bill {MANY:,} and select from {SUBSCRIPTIONS:,}")
    options = parser.parse_args(sys.argv[1:])
    env.cr.execute("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'synchronous_commit')")
    print("PostgreSQL:", ", ".join(f"{name} {setting}" for name, setting in env.cr.fetchall()))
    world = World(env)
    compare(world)
    for size in (*SIZES, *([MANY] if options.many else [])):
        grow(world, size)
    two_workers(world)
    select_due(world, SUBSCRIPTIONS if options.many else SUBSCRIPTIONS // 10)


class World:
    """A company with Mexico's chart, IVA of 16 %, a plan of 499.00 and two branches with a journal each."""

    def __init__(self, env):
        self.env = env
        company = env.company
        if not company.chart_template:
            env["account.chart.template"].try_loading("mx", company=company, install_demo=False)
        company._ensure_gym_taxes()
        self.tax = company.gym_tax_general_id
        self.journal = env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], order="id", limit=1
        )
        place = {"zip": "06700", "tz": "America/Mexico_City"}
        self.branches = env["gym.location"].create([{"name": f"Branch {number}", **place} for number in range(2)])
        for number, branch in enumerate(self.branches):
            branch.gym_journal_id = self.journal if not number else self.journal.copy({"code": f"BR{number}"})
        self.plan = env["gym.plan"].create(
            {"name": "Full", "price_ids": [Command.create({"amount": TOTAL, "valid_from": date(2020, 1, 1)})]}
        )
        self.product = env["product.product"].create(
            {
                "name": "Dues",
                "type": "service",
                "taxes_id": [Command.set(self.tax.ids)],
                "property_account_income_id": self.journal.default_account_id.id,
            }
        )
        self.today = self.branches[0]._today()
        env.cr.commit()

    def partners(self, count):
        partners = self.env["res.partner"].with_context(tracking_disable=True)
        return partners.create(
            [{"name": f"Customer {number}", "country_id": self.env.ref("base.mx").id} for number in range(count)]
        )

    def subscriptions(self, count, branch=0):
        """Active subscriptions that are due today for the first time."""
        quiet = self.env["gym.member"].with_context(tracking_disable=True)
        members = quiet.create(
            [{"name": f"Member {number}", "location_id": self.branches[branch].id} for number in range(count)]
        )
        subscriptions = self.env["gym.subscription"].with_context(tracking_disable=True).sudo()
        subscriptions = subscriptions.create([{"member_id": member.id, "plan_id": self.plan.id} for member in members])
        subscriptions.write(
            {
                "state": "active",
                "price_id": self.plan.price_ids.id,
                "date_start": self.today,
                "date_anchor": self.today,
                "next_bill_date": self.today,
            }
        )
        self.env.cr.commit()
        return subscriptions.with_context(tracking_disable=False)


# === BESIDE THE OTHERS === #


def compare(world):
    """Bill ``INVOICES`` customers by each addon in turn, several rounds; print medians and ratios."""
    contenders = {"contract": by_contract, "subscription_oca": by_subscription_oca, "gym_subscriptions": by_engine}
    measured = {name: [] for name in contenders}
    for _round in range(ROUNDS):
        for name, contender in contenders.items():
            measured[name].append(contender(world, INVOICES))
    print(f"\n{INVOICES} invoices of one line of {TOTAL} with IVA, created and posted; medians of {ROUNDS} rounds")
    ours = _median(measured["gym_subscriptions"])
    for name, gauges in measured.items():
        wall, cpu, queries = _median(gauges)
        print(
            f"{name:<18} {1 / wall:7.1f}/s  {wall * 1000:7.2f} ms  CPU {cpu * 1000:7.2f} ms  {queries:5.1f} queries"
            f"  ours is {wall / ours[0]:5.1f} times as fast, {cpu / ours[1]:5.1f} times by CPU"
        )


def _median(gauges):
    return [statistics.median(getattr(gauge, name) for gauge in gauges) for name in ("wall", "cpu", "queries")]


def by_contract(world, count):
    """Let ``contract`` make and post the invoices of ``count`` contracts, all at once."""
    env = world.env
    line = {
        "product_id": world.product.id,
        "name": "Dues",
        "quantity": 1,
        "price_unit": TOTAL,
        "uom_id": world.product.uom_id.id,
        "date_start": world.today,
        "recurring_next_date": world.today,
    }
    contracts = env["contract.contract"].create(
        [
            {
                "name": f"Contract {partner.id}",
                "partner_id": partner.id,
                "contract_type": "sale",
                "journal_id": world.journal.id,
                "line_recurrence": False,
                "recurring_interval": 1,
                "recurring_rule_type": "monthly",
                "date_start": world.today,
                "recurring_next_date": world.today,
                "contract_line_ids": [Command.create(line)],
            }
            for partner in world.partners(count)
        ]
    )
    with Gauge(env, count) as gauge:
        moves = contracts._recurring_create_invoice(world.today)
        moves.action_post()
    _check(moves, count)
    return gauge


def by_subscription_oca(world, count):
    """Let ``subscription_oca`` invoice ``count`` subscriptions one by one, as its cron does, and post the invoices."""
    env = world.env
    template = env["sale.subscription.template"].create(
        {"name": "Monthly", "code": "M", "invoicing_mode": "draft", "recurring_rule_type": "months"}
    )
    pricelist = env["product.pricelist"].search([], limit=1) or env["product.pricelist"].create({"name": "Public"})
    line = {"product_id": world.product.id, "product_uom_qty": 1, "price_unit": TOTAL}
    subscriptions = env["sale.subscription"].create(
        [
            {
                "partner_id": partner.id,
                "template_id": template.id,
                "date_start": world.today,
                "recurring_next_date": world.today,
                "journal_id": world.journal.id,
                "pricelist_id": pricelist.id,
                "in_progress": True,
                "sale_subscription_line_ids": [Command.create(line)],
            }
            for partner in world.partners(count)
        ]
    )
    with Gauge(env, count) as gauge:
        for subscription in subscriptions:
            subscription.generate_invoice()
            subscription.invoice_ids.action_post()
    _check(subscriptions.invoice_ids, count)
    return gauge


def by_engine(world, count):
    """Run a billing run over ``count`` subscriptions: its chunks, its jobs and all that it records."""
    subscriptions = world.subscriptions(count)
    run = world.env["gym.billing.run"].create({})
    with Gauge(world.env, count) as gauge:
        run._start()
        work_off(run, world.branches[0].gym_journal_id.id)
    moves = world.env["account.move"].search([("gym_billing_run_id", "=", run.id)])
    _check(moves, count)
    assert set(subscriptions.mapped("period_start")) == {world.today}
    return gauge


def work_off(run, journal_id, each=None):
    """Do the jobs of one lane as a worker does: a transaction for each chunk."""
    while run.chunk_ids.search(
        [("run_id", "=", run.id), ("journal_id", "=", journal_id), ("state", "=", "todo")], limit=1
    ):
        run._work(journal_id)
        run.env.cr.commit()
        run.env.invalidate_all()
        if each:
            each()


def _check(moves, count):
    assert len(moves) == count, (len(moves), count)
    assert set(moves.mapped("state")) == {"posted"}
    assert set(moves.mapped("amount_total")) == {TOTAL}, set(moves.mapped("amount_total"))


# === HOW IT GROWS === #


def grow(world, count):
    """Bill ``count`` subscriptions in one run; print the rate and the memory at its first and last chunk."""
    world.subscriptions(count)
    memory = []
    run = world.env["gym.billing.run"].create({})
    with Gauge(world.env, count) as gauge:
        run._start()
        work_off(run, world.branches[0].gym_journal_id.id, lambda: memory.append(_resident_mb()))
    print(
        f"\n{count:>6,} subscriptions: {1 / gauge.wall:6.1f}/s, CPU {gauge.cpu * 1000:5.2f} ms,"
        f" {gauge.queries:4.2f} queries each; {memory[0]:.0f} MB after the first chunk, {memory[-1]:.0f} at the end",
        end="",
    )


def _resident_mb():
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def two_workers(world, count=2_000):
    """Bill two branches with a journal each, first by one worker, then by two; print their CPU and what they wait for.

    CPU is that of the worker and of its PostgreSQL backend. On two free cores two workers would be as much faster as
    the CPU of the busier one is less than that of one alone, less their waiting for each other's locks.
    """
    cpu = {}
    for workers in (1, 2):
        for branch in range(2):
            world.subscriptions(count // 2, branch)
        run = world.env["gym.billing.run"].create({})
        run._start()
        world.env.cr.commit()
        lanes = [branch.gym_journal_id.id for branch in world.branches]
        parts = [lanes] if workers == 1 else [[lane] for lane in lanes]
        cpu[workers], locked, looks = _watch([_fork(world.env, run.id, part) for part in parts], world.env)
        each = ", ".join(f"{seconds:.1f} s" for seconds in cpu[workers])
        print(
            f"\n\n{count:,} subscriptions of two journals, {workers} at work: CPU {each}; waiting for locks in"
            f" {locked} of {looks} looks",
            end="",
        )
    print(f"\nOn two free cores two are {cpu[1][0] / max(cpu[2]):.2f} times as fast as one, by CPU")


def _watch(workers, env):
    """Wait for these processes and look every few milliseconds what their backends do.

    :return: (seconds of CPU of each, its backend's included; looks that found one waiting for a lock; looks at all)
    """
    seconds, backends, locked, looks = {}, {}, 0, 0
    while len(seconds) < len(workers):
        for pid in set(workers) - set(seconds):
            done, _status, usage = os.wait4(pid, os.WNOHANG)
            if done:
                seconds[pid] = usage.ru_utime + usage.ru_stime + backends.get(pid, 0)
        for pid, backend, event in _look(env):
            if pid in workers:
                backends[pid] = _cpu_of(backend) or backends.get(pid, 0)
                looks, locked = looks + 1, locked + (event == "Lock")
        time.sleep(0.01)
    return [seconds[pid] for pid in workers], locked, looks


def _look(env):
    """Return (worker, backend, kind of event waited for) of the connections that :func:`_fork` named."""
    env.cr.execute(
        """SELECT substr(application_name, 7)::int, pid, wait_event_type FROM pg_stat_activity
            WHERE application_name LIKE 'bench-%' AND datname = current_database()"""
    )
    rows = env.cr.fetchall()
    env.cr.commit()
    return rows


def _cpu_of(pid):
    """Return the seconds of CPU that a process has used; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _fork(env, run_id, journal_ids):
    """Bill lanes of a run in a process of its own, with its own connection; return its id."""
    if pid := os.fork():
        return pid
    try:
        odoo.sql_db._Pool = None  # the connections of the parent stay the parent's
        with env.registry.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [f"bench-{os.getpid()}"])
            run = env(cr=cursor)["gym.billing.run"].browse(run_id)
            for journal_id in journal_ids:
                work_off(run, journal_id)
    finally:
        os._exit(0)


# === WHAT IS DUE === #


def select_due(world, count):
    """Print how long it takes to find what is due among ``count`` subscriptions, a tenth of them due."""
    env = world.env
    model = world.subscriptions(1)
    due = f"DATE '{world.today}' + CASE WHEN n % 10 = 0 THEN 0 ELSE 1 + n % 28 END"
    copy_rows(model, f"generate_series(1, {count}) n", {"next_bill_date": due, "name": "'X' || n"})
    env.cr.commit()
    env.cr.execute("ANALYZE gym_subscription")
    subscriptions = env["gym.subscription"]
    query = subscriptions._get_due_query(env.company, world.today, None, False)
    found = len(env.execute_query(query))
    for what, action in (
        ("query", lambda _: env.execute_query(query)),
        ("rows for chunks", lambda _: subscriptions._select_due(env.company, world.today)),
    ):
        p50, p95 = percentiles(timings(action, range(20)))
        print(f"{found:,} due among {count:,}, {what}: p50 {p50:.0f} ms, p95 {p95:.0f} ms")
