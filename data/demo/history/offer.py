"""What the gym sells, how it is paid, and the company that sends its people."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo import models
from odoo.fields import Command

LONG_AGO = timedelta(days=400)

# Prices include IVA. The enrolment is charged from the second month of the history on: who came before had paid it.
PLANS = (
    {"code": "MAT", "name": "Matutino", "price": 399, "tier": 1, "is_online": True},
    {"code": "BAS", "name": "Básico", "price": 599, "tier": 2, "is_online": True, "freeze_days_per_year": 15},
    {"code": "TOTAL", "name": "Total", "price": 849, "tier": 3, "is_online": True, "freeze_days_per_year": 30},
    {"code": "PLUS", "name": "Total Plus", "price": 1299, "tier": 4, "is_online": True, "freeze_days_per_year": 60},
    {"code": "TRIM", "name": "Total trimestral", "price": 2299, "tier": 3, "period_count": 3, "is_online": True},
    {"code": "ANUAL", "name": "Total anual", "price": 8490, "tier": 3, "period_unit": "year", "is_online": True},
    {
        "code": "FAM",
        "name": "Familiar",
        "price": 1299,
        "tier": 3,
        "kind": "family",
        "seats_included": 2,
        "seats_max": 6,
        "seat_price": 399,
        "freeze_days_per_year": 30,
    },
    {"code": "EMP", "name": "Empresas", "price": 699, "tier": 3, "kind": "corporate"},
)
DESCRIPTIONS = {
    "MAT": "Pesas y cardio por las mañanas.",
    "BAS": "Pesas y cardio en su sucursal, con 15 días de pausa al año.",
    "TOTAL": "Pesas, cardio y clases, con 30 días de pausa al año.",
    "PLUS": "Todo lo de Total, con 60 días de pausa al año.",
    "TRIM": "Total, pagado cada tres meses.",
    "ANUAL": "Total, pagado una vez al año.",
}
ENROLMENTS = {"BAS": 299, "TOTAL": 399, "PLUS": 499, "FAM": 499}
NEW_PRICES = {"TOTAL": 899}  # half a year after the beginning
ADDONS = (
    {"name": "Locker", "amount": 99},
    {"name": "Toalla", "amount": 79},
    {"name": "Plan de nutrición", "amount": 349, "cycle": "own"},
)
WITH_ADDONS = ("BAS", "TOTAL", "PLUS")
SPONSOR = {"name": "Tecnologías del Anáhuac SA de CV", "vat": "TAN160428KO0", "email": "pagos@anahuac.example"}


@dataclass
class Offer:
    """The records that the history uses, by their codes and names."""

    plans: dict[str, models.BaseModel]
    addons: models.BaseModel
    agreement: models.BaseModel
    provider: models.BaseModel
    bank: models.BaseModel
    cash: models.BaseModel
    reasons: models.BaseModel
    coupon: str


def make(env, first):
    """Create what is sold and how it is paid.

    :param date first: day on which the history begins
    """
    plans = make_plans(env, first)
    bank, cash = (find_journal(env, kind) for kind in ("bank", "cash"))
    make_promotions(env, plans, first)
    return Offer(
        plans=plans,
        addons=make_addons(env, plans),
        agreement=make_agreement(env, plans, first),
        provider=make_provider(env, bank),
        bank=bank,
        cash=cash,
        reasons=env["gym.cancel.reason"].search([("is_for_members", "=", True)]),
        coupon="AMIGO",
    )


def make_plans(env, first):
    made = env["gym.plan"].create(
        [
            {name: value for name, value in spec.items() if name != "price"}
            | {
                "price_ids": make_prices(spec, first),
                "sequence": 10 * number,
                "description": DESCRIPTIONS.get(spec["code"]),
            }
            for number, spec in enumerate(PLANS, 1)
        ]
    )
    return {plan.code: plan for plan in made}


def make_prices(spec, first):
    versions = {first - LONG_AGO: spec["price"]}
    if spec["code"] in NEW_PRICES:
        versions[first + timedelta(days=182)] = NEW_PRICES[spec["code"]]
    return [Command.create({"valid_from": day, "amount": amount}) for day, amount in versions.items()]


def ask_enrolment(offer):
    """Begin to charge the enrolment."""
    for code, amount in ENROLMENTS.items():
        offer.plans[code].enrolment_fee = amount


def make_addons(env, plans):
    ids = [plans[code].id for code in WITH_ADDONS]
    return env["gym.plan.addon"].create([spec | {"plan_ids": [Command.set(ids)]} for spec in ADDONS])


def make_promotions(env, plans, first):
    """Make the offers of the year: the Buen Fin, the good intentions of January, and who brings a friend."""
    monthly = [Command.set([plans[code].id for code in ("BAS", "TOTAL", "PLUS")])]
    year = first.year
    env["gym.promotion"].create(
        [
            {
                "name": f"Buen Fin {year}",
                "date_start": date(year, 11, 13),
                "date_end": date(year, 11, 30),
                "percent": 30,
                "periods": 3,
                "is_enrolment_waived": True,
                "plan_ids": monthly,
            },
            {
                "name": "Propósitos de año nuevo",
                "date_start": date(year + 1, 1, 2),
                "date_end": date(year + 1, 1, 31),
                "percent": 20,
                "periods": 2,
                "is_enrolment_waived": True,
                "plan_ids": monthly,
            },
            {
                "name": "Trae a un amigo",
                "date_start": first,
                "effect": "amount",
                "amount": 150,
                "periods": 1,
                "is_coupon_needed": True,
                "coupon_ids": [Command.create({"code": "AMIGO", "max_uses": 0})],
            },
        ]
    )


def make_agreement(env, plans, first):
    mexico = env.ref("base.mx")
    sponsor = env["res.partner"].create(
        SPONSOR | {"is_company": True, "country_id": mexico.id, "zip": "06500", "city": "Ciudad de México"}
    )
    return env["gym.corporate.agreement"].create(
        {
            "name": f"Convenio {sponsor.name}",
            "partner_id": sponsor.id,
            "plan_ids": [Command.set(plans["EMP"].ids)],
            "share_percent": 60,
            "seats": 25,
            "date_start": first,
        }
    )


def find_journal(env, kind):
    company = env.company
    return env["account.journal"].search([("type", "=", kind), ("company_id", "=", company.id)], limit=1)


def make_provider(env, bank):
    """Let cards be charged by Odoo's demo provider, whose cards answer what they are told to."""
    provider = env.ref("payment.payment_provider_demo")
    provider.write({"state": "test", "company_id": env.company.id, "is_published": True})
    provider.journal_id = bank
    return provider
