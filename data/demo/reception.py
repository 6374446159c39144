"""Registers the people of ``members.csv`` on the day on which they come, and lets them sign."""

import csv
import re
from pathlib import Path

import people

from odoo.fields import Command

FOLDER = Path(__file__).parent
LANG = "es_MX"
# What the company asks its members to sign; of each, out of how many people one has not signed yet.
DOCUMENTS = {"privacy_necessary": 9, "waiver": 5, "privacy_voluntary": 3, "image": 2, "marketing_whatsapp": 2}
# What is signed with a card only: who gave none is not asked.
DOCUMENTS_OF_CARDS = ("recurring_charge",)
BIG_COUNT = 5000


def find_state(env, code):
    return env["res.country.state"].search([("country_id", "=", env.ref("base.mx").id), ("code", "=", code)])


def read_people(size):
    """Return the rows of ``members.csv``, or as many people as the big gym has."""
    if size == "big":
        return people.generate(count=BIG_COUNT)
    with (FOLDER / "members.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Reception:
    """Registers people on the day on which they come, and lets them sign."""

    def __init__(self, env, branches, rows):
        self.env, self.branches = env, branches
        self.numbers = {row["ref"]: number for number, row in enumerate(rows, 1)}
        self.tags = by_name(env["res.partner.category"], {tag for row in rows for tag in split(row["tags"])})
        self.sources = by_name(env["utm.source"], {row["source"] for row in rows if row["source"]})
        self.states = {code: find_state(env, code).id for code in {row["state"] for row in rows}}
        self.members = {}
        self.documents = None

    def register(self, rows, joined):
        """Create the people of ``rows``, a payer or guardian not after who depends on them.

        :param dict joined: by reference, the day on which they had joined already
        """
        created = self.env["gym.member"].create([self._prepare(row, joined.get(row["ref"])) for row in rows])
        self.members |= {row["ref"]: member for row, member in zip(rows, created, strict=True)}
        for row in rows:
            link = {f"{tie}_id": self.members[row[tie]].partner_id.id for tie in ("payer", "guardian") if row[tie]}
            if link:
                self.members[row["ref"]].write(link)
        self._let_sign([row for row in rows if row["joined_days_ago"]])

    def _prepare(self, row, joined):
        return to_values(row) | {
            "location_id": self.branches[row["branch"]].id,
            "category_id": [Command.set([self.tags[tag] for tag in split(row["tags"])])],
            "source_id": self.sources.get(row["source"]),
            "state_id": self.states[row["state"]],
            "country_id": self.env.ref("base.mx").id,
            "date_joined": joined,
        }

    def _let_sign(self, rows):
        """Record what people signed; some have yet to, among them the portal's user, who finds it on her page."""
        self.documents = self.documents or publish_documents(self.env)
        people = [(self.numbers[row["ref"]], self.members[row["ref"]]) for row in rows]
        self.env["gym.consent"]._record(
            [
                {
                    "member": member,
                    "document": document,
                    "method": "import",
                    "signer": member.guardian_id or member.partner_id,
                }
                for document in self.documents
                for number, member in people
                if number % DOCUMENTS[document.purpose] and not (document.purpose == "waiver" and number == 1)
            ]
        )


def to_values(row):
    """Return the plain fields of a member from a row."""
    return {
        "name": row["name"],
        "gender": row["gender"],
        "birthdate": row["birthdate"] or False,
        "vat": row["rfc"],
        "curp": row["curp"],
        "phone": row["phone"],
        "email": row["email"],
        "street": row["street"],
        "street2": row["colonia"],
        "zip": row["zip"],
        "city": row["city"],
        "emergency_name": row["emergency_name"],
        "emergency_phone": row["emergency_phone"],
        "emergency_relation": row["emergency_relation"],
        "preferred_channel": row["channel"],
        "lang": LANG,
    }


def split(text):
    return [part for part in text.split(";") if part]


def by_name(model, names):
    """Return the id of a record for each of ``names``, created where there is none."""
    found = {record.name: record.id for record in model.search([("name", "in", list(names))])}
    missing = sorted(names - found.keys())
    return found | {record.name: record.id for record in model.create([{"name": name} for name in missing])}


def complete_text(body, today):
    """What a gym does before it publishes a template: remove its first paragraph and fill in the brackets."""
    text = re.sub(r"<p>\s*<em>PLANTILLA:.*?</p>", "", str(body), count=1, flags=re.DOTALL)
    for bracket, words in {
        "[mensual]": "mensual",
        "[dos años]": "dos años",
        "[el mismo día de cada mes en que contraté]": "el mismo día de cada mes en que contraté",
        "[precio con IVA incluido, en pesos]": "$899.00 con IVA incluido",
        "[Fecha de la última actualización.]": today.strftime("Última actualización: %d/%m/%Y."),
        "[Describa cualquier otro.]": "",
        "[Describa otras transferencias.]": "",
    }.items():
        text = text.replace(bracket, words)
    return text


def publish_documents(env):
    """Publish what the company asks its members to sign; return what everybody is asked for."""
    purposes = (*DOCUMENTS, *DOCUMENTS_OF_CARDS)
    templates = [env.ref(f"gym_members.consent_template_{purpose}") for purpose in purposes]
    documents = env["gym.consent.document"].concat(*templates)._adapt_to(env.company)
    for document in documents:
        document.body = complete_text(document.body, env.company._today())
    documents._set_published()
    return documents.filtered(lambda document: document.purpose in DOCUMENTS)
