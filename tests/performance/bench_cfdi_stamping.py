"""From posted invoices to stamped CFDI, all stored, through the sandbox PAC: ``scripts/bench cfdi_stamping``.

    scripts/bench cfdi_stamping [--documents 2000] [--workers 2] [--provider sw_sapien]

Workers are processes of Odoo that do what the jobs of the queue do, batch after batch, a transaction for each step. The
sandbox is one more process, which judges every document as a PAC does and stamps it; its CPU counts too, since all of
them share the machine.
"""

import argparse
import os
import pickle
import sys
import tempfile
import time
from pathlib import Path

import psutil
from cloned_invoices import clone

import odoo.sql_db
from odoo import SUPERUSER_ID, Command, api

from odoo.addons.gym_cfdi.domain.tests import certificates
from odoo.addons.gym_cfdi.models.gym_cfdi_document_outbox import BATCH
from odoo.addons.gym_cfdi_sandbox.sandbox import accounts
from odoo.addons.gym_cfdi_sandbox.sandbox.process import Process

ADDONS = ["gym_cfdi"]
GOAL_PER_S = 100
# Odoo posts so many, the others are copies of theirs
POSTED = 100
RECORDED_AT_ONCE = 500
# Rates are shown for each of so many parts, to see whether they fall
PARTS = 10


def main(env):
    options = read_options()
    with tempfile.TemporaryDirectory() as folder, Process(Path(folder) / "sandbox.db") as sandbox:
        set_up(env, sandbox.url, options.provider)
        ids = post_invoices(env, options.documents)
        run(env, ids, options)


def read_options():
    parser = argparse.ArgumentParser(prog="scripts/bench cfdi_stamping")
    parser.add_argument("--documents", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--provider", default="sw_sapien")
    return parser.parse_args(sys.argv[1:])


def set_up(env, url, provider):
    """A company that issues CFDI, its seal, and one account with the sandbox."""
    company = env.ref("base.main_company")
    company.write(
        {
            "vat": "EKU9003173C9",
            "zip": "42501",
            "country_id": env.ref("base.mx").id,
            "cfdi_name": "ESCUELA KEMPER URGATE",
            "cfdi_regime": "601",
            "cfdi_active": True,
            "cfdi_default_product_key_id": env["gym.cfdi.product.key"]._from_code("91101501").id,
        }
    )
    if company.chart_template != "mx":
        env["account.chart.template"].try_loading("mx", company, install_demo=False)
    env["certificate.certificate"]._create_csd(
        company, certificates.cer_file(), certificates.key_file(), certificates.PASSWORD
    )
    env["gym.cfdi.pac"].search([("company_id", "=", company.id)]).active = False
    values = {"name": provider, "provider": provider, "url": url, "company_id": company.id}
    pac = env["gym.cfdi.pac"].create(values | {"username": accounts.USERNAME})
    pac._vault_write("password_encrypted", accounts.PASSWORD)
    env.cr.commit()


def post_invoices(env, count):
    """Have posted invoices of one membership with IVA; return the ids of their documents, to seal."""
    company = env.ref("base.main_company")
    env = env(context={**env.context, "tracking_disable": True, "allowed_company_ids": company.ids})
    journal = env["account.journal"].search([("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
    journal.cfdi_payment_form = "03"
    tax = env.ref(f"account.{company.id}_tax12")
    product = env["product.product"].create({"name": "Membresía mensual", "type": "service", "taxes_id": tax.ids})
    partner = env["res.partner"].create(
        {
            "name": "Universidad Robótica Española, S.A. de C.V.",
            "vat": "URE180429TM6",
            "zip": "86991",
            "country_id": env.ref("base.mx").id,
            "cfdi_regime": "601",
        }
    )
    line = {"product_id": product.id, "quantity": 1, "price_unit": 516.38, "tax_ids": [Command.set(tax.ids)]}
    values = {"move_type": "out_invoice", "partner_id": partner.id, "journal_id": journal.id}
    moves = env["account.move"].create(
        [values | {"invoice_line_ids": [Command.create(line)]} for _invoice in range(min(POSTED, count))]
    )
    moves.action_post()
    ids = moves.cfdi_document_id.ids
    copies = clone(env, moves, count - len(moves))
    start = time.perf_counter()
    for first in range(0, len(copies), RECORDED_AT_ONCE):
        batch = env["account.move"].browse(copies[first : first + RECORDED_AT_ONCE])
        ids += batch._record_cfdi_intention().ids
        env.cr.commit()
    print(f"{len(copies):,} documents recorded: {len(copies) / (time.perf_counter() - start):,.0f} a second")
    return ids


def run(env, ids, options):
    """Stamp all, and print how many a second, whole and by parts."""
    env["gym.cfdi.document"].browse(ids[:BATCH])._job_stamp()  # reads catalogues and schemas, once for all workers
    ids = ids[BATCH:]
    env.cr.commit()
    registry = env.registry
    env.cr.close()
    odoo.sql_db.close_all()
    (sandbox,) = psutil.Process().children()
    before, start = cpu_of(sandbox), time.perf_counter()
    results = [
        read(pipe) for pipe in [fork(registry, ids, number, options.workers) for number in range(options.workers)]
    ]
    seconds, sandbox_cpu = time.perf_counter() - start, cpu_of(sandbox) - before
    check(registry, ids)
    count, workers_cpu = len(ids), sum(cpu for _finished, cpu in results)
    print(f"{count:,} documents stamped and stored by {options.workers} workers through {options.provider}:")
    print(f"{seconds:.1f} s, {count / seconds:.0f} a second (goal {GOAL_PER_S})")
    print(f"CPU a document: workers {1000 * workers_cpu / count:.1f} ms, sandbox {1000 * sandbox_cpu / count:.1f} ms")
    show_parts(sorted(moment for finished, _cpu in results for moment in finished), start)
    sandbox.kill()
    os._exit(0)  # the shell's own cursor was closed for the workers


def cpu_of(process):
    times = process.cpu_times()
    return times.user + times.system


def check(registry, ids):
    """Make sure that all is in the database, once each, and that what is stored is what was stamped."""
    with registry.cursor() as cr:
        documents = api.Environment(cr, SUPERUSER_ID, {})["gym.cfdi.document"].browse(ids)
        uuids = [uuid for uuid in documents.mapped("uuid") if uuid]
        assert len(set(uuids)) == len(ids), f"{len(ids) - len(set(uuids))} are not stamped"
        assert not documents[:: max(1, len(ids) // 500)]._verify_integrity()


def show_parts(finished, start):
    size, before = max(1, len(finished) // PARTS), start
    rates = []
    for last in range(size - 1, len(finished), size):
        rates.append(size * BATCH / (finished[last] - before))
        before = finished[last]
    print("by tenths: " + ", ".join(f"{rate:.0f}" for rate in rates) + " a second")


def fork(registry, ids, number, workers):
    """Start a worker that stamps every ``workers``-th batch; return the pipe on which it tells when each was done."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return reader
    try:
        os.close(reader)
        batches = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)][number::workers]
        before = time.process_time()
        finished = [stamp(registry, batch) for batch in batches]
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump((finished, time.process_time() - before), pipe)
    finally:
        os._exit(0)


def stamp(registry, ids):
    """What the queue does with a job; return when it was done."""
    with registry.cursor() as cr:
        api.Environment(cr, SUPERUSER_ID, {})["gym.cfdi.document"].browse(ids)._job_stamp()
    return time.perf_counter()


def read(pipe):
    with os.fdopen(pipe, "rb") as results:
        return pickle.load(results)
