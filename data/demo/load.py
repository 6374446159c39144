"""Build the demo gym in the database of ``env``: company, branches, staff, members, and a member's portal user.

``main(env)`` does nothing when the gym is there already. It commits nothing: the caller does.
"""

import base64
import csv
import json
import re
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo.fields import Command

FOLDER = Path(__file__).parent
LANG = "es_MX"
COLOURS = ("#24407a", "#fbb945", "#f4f6fa", "#ffffff", "#14213d")  # of the website, in the order of Odoo's palettes
PAGES_WITH_EXAMPLES = ("website.header_text_element", "website.footer_custom", "website.contactus")
EXAMPLES = {
    "+1 555-555-5556": "+52 55 0100 0001",
    "info@yourcompany.example.com": "hola@fuerza-roma.example",
    "info@tuempresa.ejemplo.com": "hola@fuerza-roma.example",
    "3575 Fake Buena Vista Avenue": "Av. Álvaro Obregón 1500, Roma Norte, 06700 Ciudad de México",
    "Nombre de la empresa": "Fuerza Roma",
    "Mi Empresa": "Fuerza Roma",
}
MODULE = "vigor_demo"  # the external ids under which the gym's records are found again

STAFF = {  # login: (group, code of the branch or None for all)
    "propietaria": ("owner", None),
    "gerente": ("manager", "ROMA"),
    "recepcion": ("frontdesk", "ROMA"),
    "contadora": ("accountant", None),
}
PORTAL_MEMBER = ("miembro", "P001")
# What the company asks its members to sign; of each, out of how many people one has not signed yet.
DOCUMENTS = {"privacy_necessary": 9, "waiver": 5, "privacy_voluntary": 3, "image": 2, "marketing_whatsapp": 2}

EVERY_DAY, WORKDAYS, SATURDAY, SUNDAY = range(7), range(5), (5,), (6,)
BRANCHES = (
    {
        "code": "ROMA",
        "name": "Roma Norte",
        "street": "Av. Álvaro Obregón 1500",
        "street2": "Roma Norte, Cuauhtémoc",
        "zip": "06700",
        "city": "Ciudad de México",
        "state": "CMX",
        "phone": "+52 55 0100 0001",
        "tz": "America/Mexico_City",
        "capacity": 120,
        "hours": ((WORKDAYS, 6, 22), (SATURDAY, 7, 16), (SUNDAY, 8, 14)),
    },
    {
        "code": "GDL",
        "name": "Guadalajara",
        "street": "Av. Chapultepec Sur 1500",
        "street2": "Americana",
        "zip": "44160",
        "city": "Guadalajara",
        "state": "JAL",
        "phone": "+52 33 0100 0002",
        "tz": "America/Mexico_City",
        "capacity": 90,
        "hours": ((WORKDAYS, 6, 22), (SATURDAY, 8, 14)),
    },
    {
        "code": "TIJ",
        "name": "Tijuana",
        "street": "Blvd. Agua Caliente 15000",
        "street2": "Zona Urbana Río Tijuana",
        "zip": "22010",
        "city": "Tijuana",
        "state": "BCN",
        "phone": "+52 664 010 0003",
        "tz": "America/Tijuana",
        "capacity": 60,
        "hours": ((WORKDAYS, 5, 23), (SATURDAY, 7, 15)),
    },
)


def main(env):
    """Load everything, unless it is loaded."""
    if env.ref(f"{MODULE}.branch_ROMA", raise_if_not_found=False):
        return
    env = env(
        context={
            **env.context,
            "lang": LANG,
            "tracking_disable": True,
            "mail_create_nosubscribe": True,
            "no_reset_password": True,
        }
    )
    load_language(env)
    load_company(env)
    load_accounts(env)
    branches = load_branches(env)
    load_staff(env, branches)
    members = load_members(env, branches)
    user = load_portal_user(env, members)
    load_privacy_requests(env, members, user)
    load_consents(env, members)
    load_cfdi(env)


def remember(env, name, record):
    """Give ``record`` the external id ``name``, by which it is found again."""
    env["ir.model.data"]._update_xmlids(
        [{"xml_id": f"{MODULE}.{name}", "record": record, "noupdate": True}], update=False
    )


# === Language, company === #


def load_language(env):
    """Make Mexican Spanish what everybody reads: users, new contacts, the website."""
    spanish = env["res.lang"]._activate_and_install_lang(LANG)
    env["ir.default"].set("res.partner", "lang", LANG)
    env["res.partner"].with_context(active_test=False).search([("lang", "!=", LANG)]).lang = LANG
    for website in env["website"].search([]):
        website.write({"language_ids": [Command.set(spanish.ids)], "default_lang_id": spanish.id})


def load_company(env):
    company = env.company
    mexico = env.ref("base.mx")
    pesos = env.ref("base.MXN")
    pesos.active = True
    logo = base64.b64encode((FOLDER / "logo.png").read_bytes())
    company.write(
        {
            "name": "Fuerza Roma SA de CV",
            "country_id": mexico.id,
            "currency_id": pesos.id,
            "street": BRANCHES[0]["street"],
            "street2": BRANCHES[0]["street2"],
            "zip": "06700",
            "city": "Ciudad de México",
            "state_id": env.ref("base.state_mx_df").id,
            "phone": BRANCHES[0]["phone"],
            "email": "hola@fuerza-roma.example",
            "website": "https://fuerza-roma.example",
            "vat": "FRO150203JO9",
            "logo": logo,
        }
    )
    load_website(env, logo)
    company.partner_id.tz = "America/Mexico_City"
    company.resource_calendar_id.tz = "America/Mexico_City"
    env["res.users"].with_context(active_test=False).search([]).tz = "America/Mexico_City"


def load_website(env, logo):
    """Give the website the gym's name, colours and, instead of Odoo's examples, how to reach it."""
    website = env["website"].search([("company_id", "=", env.company.id)], limit=1)
    website.write({"name": "Fuerza Roma", "logo": logo})
    here = {"website_id": website.id}
    env["website.assets"].with_context(**here).make_scss_customization(
        "/website/static/src/scss/options/colors/user_color_palette.scss",
        {f"o-color-{number}": colour for number, colour in enumerate(COLOURS, 1)},
    )
    views = env["ir.ui.view"].with_context(**here)
    for view in views.search([("key", "in", PAGES_WITH_EXAMPLES), ("website_id", "=", False)]):
        arch = view.arch_db
        for example, ours in EXAMPLES.items():
            arch = arch.replace(example, ours)
        view.arch_db = arch


def load_accounts(env):
    """Give the company the Mexican chart of accounts where it is installed, in place of the untouched generic one."""
    charts = env.get("account.chart.template")
    if charts is not None and "mx" in charts._get_chart_template_mapping():
        charts.try_loading("mx", env.company)


# === Branches, staff === #


def load_branches(env):
    """Return the branches by their code."""
    branches = {}
    for spec in BRANCHES:
        values = {key: spec[key] for key in spec if key not in ("state", "hours")}
        branch = env["gym.location"].create(
            values
            | {
                "state_id": find_state(env, spec["state"]).id,
                "country_id": env.ref("base.mx").id,
                "email": f"{spec['code'].lower()}@fuerza-roma.example",
                "resource_calendar_id": load_opening_hours(env, spec).id,
            }
        )
        remember(env, f"branch_{spec['code']}", branch)
        branches[spec["code"]] = branch
    load_closures(branches)
    load_border_zone(branches["TIJ"])
    return branches


def find_state(env, code):
    return env["res.country.state"].search([("country_id", "=", env.ref("base.mx").id), ("code", "=", code)])


def load_opening_hours(env, spec):
    lines = [
        Command.create(
            {
                "name": "Abierto",
                "dayofweek": str(day),
                "day_period": "full_day",
                "hour_from": start,
                "hour_to": end,
            }
        )
        for days, start, end in spec["hours"]
        for day in days
    ]
    return env["resource.calendar"].create(
        {"name": f"Horario {spec['name']}", "tz": spec["tz"], "attendance_ids": [Command.clear(), *lines]}
    )


def load_closures(branches):
    """Close every branch on the coming Christmas and New Year, and Guadalajara for some days of works last month."""
    today = date.today()
    for branch in branches.values():
        branch.closure_ids = [
            Command.create({"date_start": date(today.year, 12, 25), "reason": "Navidad"}),
            Command.create({"date_start": date(today.year + 1, 1, 1), "reason": "Año Nuevo"}),
        ]
    works = {"date_start": today - timedelta(days=33), "date_end": today - timedelta(days=30)}
    branches["GDL"].closure_ids = [Command.create(works | {"reason": "Mantenimiento de regaderas"})]


def load_border_zone(branch):
    """Put the branch in the northern border zone. The demo supposes that the stimulus lasts until the end of this year;
    a real gym enters the dates of the decree in force."""
    branch.iva_zone_ids = [
        Command.create(
            {"zone": "border_north", "date_start": date(2019, 1, 1), "date_end": date(date.today().year, 12, 31)}
        )
    ]


def load_staff(env, branches):
    logins = {entry["login"]: entry for entry in json.loads((FOLDER / "logins.json").read_text(encoding="utf-8"))}
    for login, (role, branch) in STAFF.items():
        user = env["res.users"].create(
            {
                "name": logins[login]["name"],
                "login": login,
                "password": logins[login]["password"],
                "email": f"{login}@fuerza-roma.example",
                "lang": LANG,
                "tz": "America/Mexico_City",
                "group_ids": [Command.set(env.ref(f"gym_members.group_gym_{role}").ids)],
                "gym_location_ids": [Command.set(branches[branch].ids if branch else [])],
            }
        )
        remember(env, f"user_{login}", user)


# === Members === #


def load_members(env, branches):
    """Create everybody in ``members.csv`` at once and return them by their reference there."""
    with (FOLDER / "members.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tags = by_name(env["res.partner.category"], {tag for row in rows for tag in split(row["tags"])})
    sources = by_name(env["utm.source"], {row["source"] for row in rows if row["source"]})
    states = {code: find_state(env, code).id for code in {row["state"] for row in rows}}
    created = env["gym.member"].create(
        [
            to_values(row)
            | {
                "location_id": branches[row["branch"]].id,
                "category_id": [Command.set([tags[tag] for tag in split(row["tags"])])],
                "source_id": sources.get(row["source"]),
                "state_id": states[row["state"]],
                "country_id": env.ref("base.mx").id,
            }
            for row in rows
        ]
    )
    members = {row["ref"]: member for row, member in zip(rows, created, strict=True)}
    for row in rows:
        link = {f"{tie}_id": members[row[tie]].partner_id.id for tie in ("payer", "guardian") if row[tie]}
        if link:
            members[row["ref"]].write(link)
    return members


def to_values(row):
    """Return the plain fields of a member from a row, days counted back from today."""
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
        "date_joined": days_ago(row["joined_days_ago"]),
        "date_left": days_ago(row["left_days_ago"]),
    }


def days_ago(count):
    return date.today() - timedelta(days=int(count)) if count else False


def split(text):
    return [part for part in text.split(";") if part]


def by_name(model, names):
    """Return the id of a record for each of ``names``, created where there is none."""
    found = {record.name: record.id for record in model.search([("name", "in", list(names))])}
    missing = sorted(names - found.keys())
    return found | {record.name: record.id for record in model.create([{"name": name} for name in missing])}


def load_portal_user(env, members):
    """Let one member into the portal; she pays for her husband and is the guardian of their daughter."""
    login, ref = PORTAL_MEMBER
    user = env["res.users"].create(
        {
            "login": login,
            "password": login,
            "partner_id": members[ref].partner_id.id,
            "lang": LANG,
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )
    remember(env, f"user_{login}", user)
    return user


def load_privacy_requests(env, members, user):
    """Ask once in the portal and once at the desk of Guadalajara, so that the clocks have something to count."""
    requests = env["gym.privacy.request"]
    words = "En mi credencial falta el acento de mi segundo apellido."
    requests.with_user(user)._submit_from_portal(members[PORTAL_MEMBER[1]], "rectification", words)
    at_desk = next(member for member in members.values() if member.location_id.code == "GDL" and member.email)
    requests.create({"member_id": at_desk.id, "kind": "access", "date_received": days_ago(20)})


def complete_text(body):
    """What a gym does before it publishes a template: remove its first paragraph and fill in the brackets."""
    text = re.sub(r"<p>\s*<em>PLANTILLA:.*?</p>", "", str(body), count=1, flags=re.DOTALL)
    for bracket, words in {
        "[mensual]": "mensual",
        "[dos años]": "dos años",
        "[el mismo día de cada mes en que contraté]": "el mismo día de cada mes en que contraté",
        "[precio con IVA incluido, en pesos]": "$899.00 con IVA incluido",
        "[Fecha de la última actualización.]": date.today().strftime("Última actualización: %d/%m/%Y."),
        "[Describa cualquier otro.]": "",
        "[Describa otras transferencias.]": "",
    }.items():
        text = text.replace(bracket, words)
    return text


def load_consents(env, members):
    """Publish the documents and record what members signed before this system; some have yet to sign, among them the
    portal's user, who finds it on her home page."""
    templates = [env.ref(f"gym_members.consent_template_{purpose}") for purpose in DOCUMENTS]
    documents = env["gym.consent.document"].concat(*templates)._adapt_to(env.company)
    for document in documents:
        document.body = complete_text(document.body)
    documents._set_published()
    current = [member for member in members.values() if member.date_joined and not member.date_left]
    env["gym.consent"]._record(
        [
            {
                "member": member,
                "document": document,
                "method": "import",
                "signer": member.guardian_id or member.partner_id,
            }
            for document in documents
            for place, member in enumerate(current, 1)
            if place % DOCUMENTS[document.purpose] and not (document.purpose == "waiver" and place == 1)
        ]
    )


# === CFDI === #


def load_cfdi(env):
    """Have invoices that are posted from now on stamped by the sandbox PAC, which makes them SIN VALIDEZ FISCAL.

    Last of all, so that nothing of the gym's past waits for a stamp. The seal is made on the spot: like everybody here,
    the company is invented, and no authority has its certificate.
    """
    if "gym.cfdi.document" not in env:
        return
    company = env.company
    company.write(
        {
            "cfdi_name": "FUERZA ROMA",
            "cfdi_regime": "601",
            "cfdi_default_product_key_id": env["gym.cfdi.product.key"]._from_code("91101501").id,
            "cfdi_active": True,
            "cfdi_since": date.today(),
            "cfdi_self_invoicing": True,
        }
    )
    load_seal(env, company)
    env["gym.cfdi.setup"].create({"company_id": company.id}).action_use_sandbox()
    for journal_type, form in {"cash": "01", "bank": "03", "sale": "03"}.items():
        journals = env["account.journal"].search([("company_id", "=", company.id), ("type", "=", journal_type)])
        journals.cfdi_payment_form = form
    load_customers(env)


def load_seal(env, company):
    """Give the company a seal that is valid from last month."""
    from odoo.addons.gym_cfdi.domain.tests import certificates

    issued = datetime.combine(days_ago(30), time())
    cer = certificates.cer_file(rfc=company.vat, holder=company.name.upper(), issued=issued)
    env["certificate.certificate"]._create_csd(company, cer, certificates.key_file(), certificates.PASSWORD)


def load_customers(env):
    """Tell the regime of everybody with an RFC, which their invoices have to say: a person with a business of theirs,
    or a company."""
    people = env["res.partner"].search([("vat", "!=", False), ("cfdi_regime", "=", False), ("parent_id", "=", False)])
    for length, regime in {13: "612", 12: "601"}.items():
        people.filtered(lambda partner, length=length: len(partner.vat) == length).write(
            {"cfdi_regime": regime, "cfdi_use": "G03"}
        )
