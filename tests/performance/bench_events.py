"""Write events in batches, and read one member's timeline among 5 million: ``scripts/bench events``."""

import random
import time

from harness import show, timings

from odoo.tests import new_test_user

ADDONS = ["gym_members"]
MEMBERS = 5_000
EMITTED = 100_000
BATCH = 1_000
EVENTS = 5_000_000
MONTHS = 36
TIMELINE = 100


def main(env):
    """Print events per second by size of batch, and the percentiles of reading a timeline."""
    location = env["gym.location"].create({"name": "Roma Norte", "zip": "06700", "tz": "America/Mexico_City"})
    members = env["gym.member"].create(
        [{"name": f"Member {number}", "location_id": location.id} for number in range(MEMBERS)]
    )
    env.cr.commit()
    for batch in (1, 100, BATCH):
        emit(env, members, batch, EMITTED if batch > 1 else EMITTED // 100)
    fill(env, members)
    desk = new_test_user(
        env(context={"no_reset_password": True}),
        "bench_desk",
        groups="gym_members.group_gym_frontdesk",
        gym_location_ids=[(6, 0, location.ids)],
    )
    chosen = members.browse(random.Random(7).sample(members.ids, 300))
    show(f"timeline of {TIMELINE} in the portal", timings(lambda member: member._get_timeline(TIMELINE), chosen))
    show(f"history of {TIMELINE} as the front desk", timings(lambda member: read_history(member, desk), chosen))


def emit(env, members, batch, count):
    """Emit ``count`` events, ``batch`` in each transaction, and print how many a second were committed."""
    ids = members.ids
    start = time.perf_counter()
    for first in range(0, count, batch):
        env["gym.event"]._emit(
            [
                {"member_id": ids[number % MEMBERS], "type": "member.joined", "payload": {"location": "Roma Norte"}}
                for number in range(first, first + batch)
            ]
        )
        env.cr.commit()
    seconds = time.perf_counter() - start
    print(f"{count:,} events, {batch:,} in each transaction: {count / seconds:,.0f} events/s")


def fill(env, members):
    """Bring the log to ``EVENTS`` rows spread over ``MONTHS`` months, straight into the table."""
    env["gym.event"]._make_partitions(
        {env.cr.now().replace(year=year, month=month, day=1) for year, month in months(env)}
    )
    env.cr.execute(
        """INSERT INTO gym_event_log (occurred_at, member_id, company_id, location_id, type, payload)
           SELECT now() AT TIME ZONE 'UTC' - random() * %(days)s * interval '1 day',
                  (%(ids)s)[1 + floor(random() * %(members)s)::int], %(company)s, %(location)s, 'member.joined',
                  '{"location": "Roma Norte"}'
             FROM generate_series(1, %(events)s)""",
        {
            "days": 30 * (MONTHS - 1),
            "ids": members.ids,
            "members": MEMBERS,
            "company": members[0].company_id.id,
            "location": members[0].location_id.id,
            "events": EVENTS - 2 * EMITTED,
        },
    )
    env.cr.commit()
    env.cr.execute("ANALYZE gym_event_log")
    env.cr.commit()


def months(env):
    """Return year and month of this month and the ``MONTHS`` before."""
    now = env.cr.now()
    last = now.year * 12 + now.month - 1
    return [(number // 12, number % 12 + 1) for number in range(last - MONTHS, last + 1)]


def read_history(member, desk):
    env = member.with_user(desk).env
    env.invalidate_all()
    env["gym.event"].search_read([("member_id", "=", member.id)], ["occurred_at", "title", "user_id"], limit=TIMELINE)
