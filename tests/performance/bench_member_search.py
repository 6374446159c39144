"""Find one of 200,000 members by whatever the desk types: ``scripts/bench member_search``."""

import functools
import random

from harness import show, timings
from psycopg2.extras import execute_values

from odoo.tests import new_test_user

from odoo.addons.gym_members.domain.search import normalise, search_key

ADDONS = ["gym_members"]
MEMBERS = 200_000
BATCH = 10_000
FIRST = "María José Juan Ana Luis Guadalupe Ximena Ángel Sofía Iván Íñigo Fernanda Raúl Óscar Mónica Jesús"
LAST = "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Cruz Flores Gómez Muñoz Núñez"
RARE = "Zaldívar Oyarzábal Urquiza Xicoténcatl Quiñones Iturbide Arrangóiz Limantour Echeverri Villalvazo"


def people(numbers):
    """Yield name, e-mail, phone and member number of the invented person of each number, one in 500 rarely named."""
    for number in numbers:
        chance = random.Random(number)
        surname = chance.choice((RARE if number % 500 == 0 else LAST).split())
        name = " ".join([*chance.sample(FIRST.split(), 2), surname, chance.choice(LAST.split())])
        yield name, f"socio{number}@example.com", f"+52 55 {chance.randrange(10**8):08d}", f"{number:06d}"


def fill(env):
    """Write the members straight into the tables: the search is measured, not the ORM's ``create``."""
    location = env["gym.location"].create({"name": "Roma Norte", "zip": "06700", "tz": "America/Mexico_City"})
    env.flush_all()
    for start in range(0, MEMBERS, BATCH):
        write(env.cr, location, list(people(range(start, start + BATCH))))
    env.cr.commit()
    env.cr.execute("ANALYZE res_partner; ANALYZE gym_member")
    env.cr.commit()
    return location


def write(cr, location, batch):
    company_id = location.company_id.id
    partners = execute_values(
        cr._obj,
        """INSERT INTO res_partner (name, complete_name, email, phone, active, type, gym_location_id, partner_share)
           VALUES %s RETURNING id""",
        [(name, name, email, phone, True, "contact", location.id, True) for name, email, phone, _number in batch],
        page_size=len(batch),
        fetch=True,
    )
    execute_values(
        cr._obj,
        """INSERT INTO gym_member (partner_id, location_id, company_id, member_number, stage, active, search_key)
           VALUES %s""",
        [
            (
                id_,
                location.id,
                company_id,
                number,
                "active",
                True,
                search_key(name, number, email, phone=phone),
            )
            for (id_,), (name, email, phone, number) in zip(partners, batch, strict=True)
        ],
        page_size=len(batch),
    )


def typed(chance):
    """Return what people at a desk type, by kind."""
    someone = list(people(chance.sample(range(MEMBERS), 200)))
    return {
        "full name, no accents": [normalise(name) for name, *_ in someone],
        "first name and surname": [" ".join(name.split()[::2]) for name, *_ in someone],
        "a common surname": [chance.choice(LAST.split()) for _ in someone],
        "a rare surname": [chance.choice(RARE.split()) for _ in someone],
        "three letters": [normalise(name)[:3] for name, *_ in someone],
        "two letters": [normalise(name)[:2] for name, *_ in someone],
        "phone": [phone[-12:] for _name, _email, phone, _number in someone],
        "e-mail": [email for _name, email, *_ in someone],
        "member number": [number for *_, number in someone],
        "nobody": [f"zzyx{number}" for *_, number in someone],
    }


def main(env):
    """Print the percentiles of each way of searching, as the front desk of the branch."""
    location = fill(env)
    desk = new_test_user(
        env(context={"no_reset_password": True}),
        "bench_desk",
        groups="gym_members.group_gym_frontdesk",
        gym_location_ids=[(6, 0, location.ids)],
    )
    members = env["gym.member"].with_user(desk)
    everything = []

    def open_list(text):
        members.env.invalidate_all()
        domain = [("display_name", "ilike", text)]
        members.search(domain, limit=80)
        members.search_count(domain, limit=10_001)

    def complete(text):
        members.env.invalidate_all()
        members.name_search(text, limit=8)

    for kind, texts in typed(random.Random(11)).items():
        for label, action in (("list", open_list), ("autocomplete", complete)):
            seconds = timings(action, texts)
            show(f"{label}: {kind}", seconds)
            everything += seconds
    show("everything", everything)
    for limit in (80, 400):
        show(f"list page of {limit}, no search", timings(functools.partial(read_page, members), [limit] * 30))


def read_page(members, limit):
    members.env.invalidate_all()
    fields = ("member_number", "name", "stage", "phone", "email", "location_id", "date_joined")
    members.web_search_read([], {name: {} for name in fields}, limit=limit, count_limit=10_001)
