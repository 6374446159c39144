"""Build the demo gym in the database of ``env``: company, branches, staff, and its past with its members.

``main(env)`` does nothing when the gym is there already. The days of the year are committed one by one; the caller
commits the rest.
"""

import base64
import json
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from odoo.fields import Command

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))  # whoever runs this file finds what lies beside it

from friends import load_referrals  # noqa: E402
from history import life  # noqa: E402
from reception import Reception, find_state, read_people  # noqa: E402

LANG = "es_MX"
DAYS = {"small": 365, "big": 61}  # that the gym has lived; much happens on a day of the big one
COLOURS = ("#24407a", "#fbb945", "#f4f6fa", "#ffffff", "#14213d")  # of the website, in the order of Odoo's palettes
MODULE = "vigor_demo"  # the external ids under which the gym's records are found again

STAFF = {  # login: (group, code of the branch or None for all)
    "propietaria": ("owner", None),
    "gerente": ("manager", "ROMA"),
    "recepcion": ("frontdesk", "ROMA"),
    "contadora": ("accountant", None),
}
PORTAL_MEMBER = ("miembro", "P001")

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


def main(env, size="small"):
    """Load everything, unless it is loaded.

    :param str size: ``small`` for the people of ``members.csv``, ``big`` for 5,000 and a shorter past
    """
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
    env["ir.config_parameter"].set_param("gym_members.second_factor", "optional")  # nobody reads the gym's mail
    rows = read_people(size)
    reception = Reception(env, branches, rows)
    life.live(env, rows, reception, DAYS[size])
    user = load_portal_user(env, reception.members)
    load_privacy_requests(env, reception.members, user)
    load_referrals(env, reception.members[PORTAL_MEMBER[1]])
    load_cfdi(env)
    leave_start(env)


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
    company.resource_calendar_id.tz = "America/Mexico_City"


def load_website(env, logo):
    """Give the website the gym's name and colours, and joining a place in its menu."""
    website = env["website"].search([("company_id", "=", env.company.id)], limit=1)
    website.write({"name": "Fuerza Roma", "logo": logo})
    env["website.assets"].with_context(website_id=website.id).make_scss_customization(
        "/website/static/src/scss/options/colors/user_color_palette.scss",
        {f"o-color-{number}": colour for number, colour in enumerate(COLOURS, 1)},
    )
    env["website.menu"].create(
        {"name": "Inscríbase", "url": "/join", "parent_id": website.menu_id.id, "website_id": website.id}
    )


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
                "is_join_online": True,
                "is_join_paid_at_desk": True,
                "resource_calendar_id": load_opening_hours(env, spec).id,
            }
        )
        remember(env, f"branch_{spec['code']}", branch)
        branches[spec["code"]] = branch
    load_closures(branches)
    load_border_zone(branches["TIJ"])
    return branches


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
    today = branches["GDL"]._today()
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
            {"zone": "border_north", "date_start": date(2019, 1, 1), "date_end": date(branch._today().year, 12, 31)}
        )
    ]


def read_logins():
    """Return what ``logins.json`` tells of each login."""
    return {entry["login"]: entry for entry in json.loads((FOLDER / "logins.json").read_text(encoding="utf-8"))}


def load_staff(env, branches):
    logins = read_logins()
    for login, (role, branch) in STAFF.items():
        user = env["res.users"].create(
            {
                "name": logins[login]["name"],
                "login": login,
                "password": logins[login]["password"],
                "email": f"{login}@fuerza-roma.example",
                "lang": LANG,
                "tz": "America/Mexico_City",
                "action_id": env.ref("gym_members.gym_member_action").id,
                "group_ids": [Command.set(env.ref(f"gym_members.group_gym_{role}").ids)],
                "gym_location_ids": [Command.set(branches[branch].ids if branch else [])],
            }
        )
        remember(env, f"user_{login}", user)


# === Portal, privacy === #


def load_portal_user(env, members):
    """Let one member into the portal; she pays for her husband and is the guardian of their daughter."""
    login, ref = PORTAL_MEMBER
    user = env["res.users"].create(
        {
            "login": login,
            "password": read_logins()[login]["password"],
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
    requests.create(
        {"member_id": at_desk.id, "kind": "access", "date_received": env.company._today() - timedelta(days=20)}
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
            # not the day of loading: what was sold this month can still be invoiced
            "cfdi_since": company._today().replace(day=1),
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

    issued = datetime.combine(company._today() - timedelta(days=30), time())
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


# === Start page === #


def leave_start(env):
    """Let the owner begin on her day: what an invented gym has not, such as a real PAC, is left for later."""
    if "gym.start" in env:
        env.company._leave_gym_start()
