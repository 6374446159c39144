"""Lists of 100,000 subscriptions, opened, searched and grouped: ``scripts/bench subscription_lists``."""

import random

from bench_member_search import FIRST, LAST, RARE, people
from harness import copy_rows, percentiles, timings
from psycopg2.extras import execute_values

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.gym_members.domain.search import search_key

ADDONS = ["l10n_mx", "gym_collection"]
SUBSCRIPTIONS = 100_000
BATCH = 10_000
PLANS = 6
ROUNDS = 40
GOAL_MS = 200
FILTERS = {
    "running": [("state", "in", ("trialing", "active", "past_due", "suspended", "frozen"))],
    "past due": [("state", "in", ("past_due", "suspended"))],
    "over": [("state", "in", ("cancelled", "expired"))],
    "everything": [],
}


def fill(env):
    """One branch with a subscription for each member, in every state: copies of one that the ORM made."""
    location = env["gym.location"].create({"name": "Roma Norte", "zip": "06700", "tz": "America/Mexico_City"})
    plans = env["gym.plan"].create(
        [
            {"name": f"Plan {number}", "price_ids": [Command.create({"amount": 399, "valid_from": "2020-01-01"})]}
            for number in range(PLANS)
        ]
    )
    member = env["gym.member"].create({"name": "Modelo", "location_id": location.id})
    model = env["gym.subscription"].create({"member_id": member.id, "plan_id": plans[0].id})
    model._activate()
    copy_people(env, member)
    copy_rows(model, f"(SELECT * FROM gym_member WHERE id != {member.id}) m", subscribed(plans))
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner; ANALYZE gym_member; ANALYZE gym_subscription")
    env.cr.commit()
    return location


def copy_people(env, member):
    """A member for each number, named as those of the search benchmark."""
    env.cr.execute("CREATE TEMPORARY TABLE invented (n int, name text, email text, phone text, key text)")
    for start in range(0, SUBSCRIPTIONS, BATCH):
        rows = [
            (int(number), name, email, phone, search_key(name, number, email, phone=phone))
            for name, email, phone, number in people(range(start, start + BATCH))
        ]
        execute_values(env.cr._obj, "INSERT INTO invented VALUES %s", rows, page_size=BATCH)
    named = {"name": "i.name", "complete_name": "i.name", "email": "i.email", "phone": "i.phone", "ref": "i.n"}
    copy_rows(member.partner_id, "invented i", named)
    env.cr.execute("CREATE INDEX ON invented (n)")
    numbered = {"partner_id": "p.id", "member_number": "'B' || i.n", "search_key": "i.key"}
    copy_rows(member, "invented i JOIN res_partner p ON p.ref = i.n::text", numbered)


def subscribed(plans):
    """Six in ten active, two in ten cancelled, the rest spread over the other states; due over 28 days."""
    return {
        "name": "'X' || m.id",
        "member_id": "m.id",
        "payer_id": "m.partner_id",
        "plan_id": f"(ARRAY{plans.ids})[1 + m.id % {len(plans)}]",
        "state": "(ARRAY['active','active','active','active','active','active','cancelled','cancelled',"
        "(ARRAY['past_due','frozen','suspended','trialing'])[1 + m.id / 10 % 4],'expired'])[1 + m.id % 10]",
        "next_bill_date": "model.next_bill_date + (m.id % 28)::int",
    }


def actions(env, subscriptions):
    """Pairs of what somebody does and a function that does it with one argument."""
    view = env.ref("gym_subscriptions.gym_subscription_view_list")
    columns = {name: {} for name in env["gym.subscription"].get_view(view.id)["models"]["gym.subscription"]}
    chance = random.Random(5)
    names = [f"{first} {last}" for first in FIRST.split() for last in (LAST + " " + RARE).split()]

    def page(domain, offset=0):
        subscriptions.web_search_read(domain, columns, offset=offset, limit=80, count_limit=10_001)

    def group(domain, by):
        subscriptions.web_read_group(domain, [by], ["__count"], limit=80)

    for label, domain in FILTERS.items():
        yield f"open the list, {label}", lambda _, domain=domain: page(domain)
        yield f"tenth page, {label}", lambda _, domain=domain: page(domain, 720)
        for by in ("state", "plan_id", "location_id", "next_bill_date:day"):
            yield f"group by {by}, {label}", lambda _, domain=domain, by=by: group(domain, by)
    yield "search a member's name", lambda _: page([("member_id", "ilike", chance.choice(names))])
    yield "search a number", lambda _: page([("name", "ilike", f"X{chance.randrange(SUBSCRIPTIONS)}")])


def main(env):
    """Print the percentiles of each, as the branch's manager, record rules included."""
    location = fill(env)
    manager = new_test_user(
        env(context={"no_reset_password": True}),
        "bench_manager",
        groups="gym_members.group_gym_manager",
        gym_location_ids=[(6, 0, location.ids)],
    )
    subscriptions = env["gym.subscription"].with_user(manager)
    everything = []
    for label, action in actions(env, subscriptions):

        def cold(argument, action=action):
            subscriptions.env.invalidate_all()
            action(argument)

        seconds = timings(cold, range(ROUNDS))
        p50, p95 = percentiles(seconds)
        print(f"{label:<48} p50={p50:8.2f} ms  p95={p95:8.2f} ms{'' if p95 < GOAL_MS else '  OVER THE GOAL'}")
        everything += seconds
    p50, p95 = percentiles(everything)
    print(f"{'everything':<48} p50={p50:8.2f} ms  p95={p95:8.2f} ms  (goal {GOAL_MS} ms)")
