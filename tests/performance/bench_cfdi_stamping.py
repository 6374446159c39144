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

import odoo.sql_db
from odoo import SUPERUSER_ID, Command, api

from odoo.addons.gym_cfdi.domain.tests import certificates
from odoo.addons.gym_cfdi.models.gym_cfdi_document_outbox import BATCH
from odoo.addons.gym_cfdi.sandbox import accounts
from odoo.addons.gym_cfdi.sandbox.process import Process

ADDONS = ["gym_cfdi"]
GOAL_PER_S = 100
POSTED_AT_ONCE = 200
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
    """Post invoices of one membership with IVA; return their documents, to seal."""
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
    start, ids = time.perf_counter(), []
    for first in range(0, count, POSTED_AT_ONCE):
        number = min(POSTED_AT_ONCE, count - first)
        moves = env["account.move"].create(
            [values | {"invoice_line_ids": [Command.create(line)]} for _invoice in range(number)]
        )
        moves.action_post()
        env.flush_all()
        ids += moves.cfdi_document_id.ids
        env.cr.commit()
        env.invalidate_all()
    seconds = time.perf_counter() - start
    print(f"{count:,} invoices posted: {count / seconds:,.0f} a second")
    return ids


def run(env, ids, options):
    """Stamp all, and print how many a second, whole and by parts."""
    warm_up(env, ids[:BATCH])
    ids = ids[BATCH:]
    env.cr.commit()
    registry = env.registry
    env.cr.close()
    odoo.sql_db.close_all()
    start = time.perf_counter()
    pipes = [fork(registry, ids[0:], number, options.workers) for number in range(options.workers)]
    finished = sorted(moment for pipe in pipes for moment in read(pipe))
    seconds = time.perf_counter() - start
    with registry.cursor() as cr:
        documents = api.Environment(cr, SUPERUSER_ID, {})["gym.cfdi.document"].browse(ids)
        stamped = documents.filtered("uuid")
        assert len(stamped) == len(ids), f"{len(ids) - len(stamped)} are not stamped"
        assert len(set(stamped.mapped("uuid"))) == len(ids)
        assert not stamped[:500]._verify_integrity()
    rate = len(ids) / seconds
    print(f"{len(ids):,} documents stamped and stored by {options.workers} workers through {options.provider}:")
    print(f"{seconds:.1f} s, {rate:.0f} a second (goal {GOAL_PER_S})")
    show_parts(finished, start)
    os._exit(0)  # the shell's own cursor was closed for the workers


def show_parts(finished, start):
    size, before = max(1, len(finished) // PARTS), start
    rates = []
    for last in range(size - 1, len(finished), size):
        rates.append(size * BATCH / (finished[last] - before))
        before = finished[last]
    print("by tenths: " + ", ".join(f"{rate:.0f}" for rate in rates) + " a second")


def warm_up(env, ids):
    """Read catalogues and schemas once; what follows is the steady state of a worker."""
    env["gym.cfdi.document"].browse(ids)._job_stamp()


def fork(registry, ids, number, workers):
    """Start a worker that stamps every ``workers``-th batch; return the pipe on which it tells when each was done."""
    reader, writer = os.pipe()
    if os.fork():
        os.close(writer)
        return reader
    try:
        os.close(reader)
        batches = [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)][number::workers]
        finished = [stamp(registry, batch) for batch in batches]
        with os.fdopen(writer, "wb") as pipe:
            pickle.dump(finished, pipe)
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
