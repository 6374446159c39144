"""The two parts of ``scripts/first-of-month`` that need Odoo; ``odoo shell`` runs this file with one of them.

``eve``: all that runs on a monthly plan falls due today, its renewal was announced, and the billing run is started.
``morning``: what was not in the gym's own hands is answered, and the next morning's dunning begins.
"""

import os
import random
import sys
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(os.environ["VIGOR_DEMO"])))

from history import clock, jobs, mail  # noqa: E402

from odoo import fields  # noqa: E402

AHEAD = timedelta(days=7)  # when renewals were announced
FAIL, STAY_OPEN = 0.12, 0.06  # parts of the cards


def eve(env):
    """Make the first of the month of a gym that bills everybody on it; print the run's id and what is due."""
    subscriptions = env["gym.subscription"].search(
        [("state", "=", "active"), ("is_comp", "=", False), ("cancel_requested_at", "=", False)]
    )
    monthly = subscriptions.filtered(lambda one: one.plan_id._get_cycle_key()[:2] == ("month", 1) and one.period_end)
    let_fall_due(env, monthly)
    shuffle_cards(monthly.token_id)
    run = env["gym.billing.run"].create({})
    run._preview()
    due = run.preview_amount
    run._start()
    env.cr.commit()
    print(f"RUN {run.id} {len(monthly)} {due:.2f}", flush=True)


def let_fall_due(env, subscriptions):
    """Move the running period of each so that the next one begins today, and announce it a week ago.

    By SQL: no verb makes everybody's month begin on one day, which is what a gym has that bills on the first.
    """
    for branch, here in subscriptions.grouped("location_id").items():
        today = branch._today()
        env.cr.execute(
            """UPDATE gym_subscription
                  SET date_anchor = %(today)s::date - interval '1 year',
                      period_start = %(today)s::date - interval '1 month',
                      period_end = %(today)s, next_bill_date = %(today)s
                WHERE id = ANY(%(ids)s)""",
            {"today": today, "ids": here.ids},
        )
        env.cr.execute(
            "DELETE FROM gym_subscription_period WHERE subscription_id = ANY(%s) AND date_start >= %s",
            (here.ids, today),
        )
    env.invalidate_all()
    now = fields.Datetime.now()
    with clock.moved(now - AHEAD), jobs.taken(env, env.company._today()) as queue, mail.accepted():
        env["gym.charge.notice"]._announce(subscriptions.filtered("token_id"))
        queue.work_off()


def shuffle_cards(cards):
    """Let some cards fail today and some leave their bank's answer open."""
    dice = random.Random(1)
    for card in cards.filtered(lambda card: card.provider_code == "demo"):
        drawn = dice.random()
        card.demo_simulated_state = "error" if drawn < FAIL else "pending" if drawn < FAIL + STAY_OPEN else "done"


def morning(env):
    """Let the banks answer what they left open, then take the steps of the next morning; print what began."""
    now, today = fields.Datetime.now(), env.company._today()
    with jobs.taken(env, today) as queue, mail.accepted():
        open_charges = env["gym.charge"].search([("state", "in", ("sent", "in_doubt"))])
        print(f"OPEN {len(open_charges)}", flush=True)
        for charge in open_charges:
            charge.transaction_id.action_demo_set_done()
            charge.transaction_id._post_process()
        queue.work_off()
        env.cr.commit()
        with clock.moved(now + timedelta(days=1)):
            env["gym.dunning.case"]._cron_dun()
            queue.work_off()
            env.cr.commit()
    cases = env["gym.dunning.case"].search([("state", "=", "open"), ("date_due", ">=", today - timedelta(days=1))])
    print(f"DUNNING {len(cases)} {len(cases.taken_ids)}", flush=True)


{"eve": eve, "morning": morning}[os.environ["VIGOR_DRILL"]](env)  # noqa: F821 - odoo shell gives it
sys.exit()
