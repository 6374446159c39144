"""The demo gym's people: the same on every machine, valid for every check, and nobody's."""

import csv
import importlib.util
import re
import unicodedata
from datetime import date
from pathlib import Path

import phonenumbers
import pytest
from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

DEMO = Path(__file__).parents[2] / "data" / "demo"
RESERVED_DOMAINS = re.compile(r"@(example\.(com|org|net)|[a-z.]+\.example)$")


def load_generator():
    spec = importlib.util.spec_from_file_location("demo_people", DEMO / "people.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


people = load_generator()
ROWS = people.generate()
BY_REF = {row["ref"]: row for row in ROWS}


def age(row):
    born, today = date.fromisoformat(row["birthdate"]), people.WRITTEN_ON
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def test_file_is_what_the_generator_writes():
    with (DEMO / "members.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == ROWS


def test_seed_decides_everything():
    assert people.generate() == ROWS
    assert people.generate(seed=people.SEED + 1) != ROWS
    assert len(ROWS) == people.COUNT


@pytest.mark.parametrize("row", [row for row in ROWS if row["rfc"]], ids=lambda row: row["ref"])
def test_rfc_is_valid_and_cannot_have_been_issued(row):
    assert stdnum_rfc.validate(row["rfc"], validate_check_digits=True) == row["rfc"]
    assert row["rfc"][4:10] == row["birthdate"].replace("-", "")[2:]
    assert row["rfc"][11] == "O", "the SAT's homoclaves have no O"


@pytest.mark.parametrize("row", [row for row in ROWS if row["curp"]], ids=lambda row: row["ref"])
def test_curp_is_valid_and_tells_the_same_person(row):
    assert stdnum_curp.validate(row["curp"]) == row["curp"]
    assert stdnum_curp.get_birth_date(row["curp"]).isoformat() == row["birthdate"]
    assert stdnum_curp.get_gender(row["curp"]) == {"female": "F", "male": "M"}[row["gender"]]
    if row["rfc"]:
        # each replaces another letter of an inconvenient word
        assert row["rfc"][0:3:2].replace("Ñ", "X") == row["curp"][0:3:2]


@pytest.mark.parametrize(
    ("given", "paternal", "maternal", "initials"),
    [
        ("José Luis", "Peña", "Núñez", "PENL"),
        ("María", "de la Cruz", "Ñáñez", "CUXM"),
        ("Inés", "Buen", "Elías", "BXEI"),
        ("Óscar", "Ibáñez", "Ávila", "IAAO"),
    ],
)
def test_initials_follow_the_rules(given, paternal, maternal, initials):
    curp = people.make_curp(given, paternal, maternal, date(1990, 5, 17), "male", "DF")
    assert curp[:4] == initials
    assert stdnum_curp.is_valid(curp)


@pytest.mark.parametrize("field", ["phone", "emergency_phone"])
def test_phones_are_valid_of_their_town_and_unassigned(field):
    area = {code: place["area"] for code, place in people.WORDS["branches"].items()}
    phones = [(row[field], area[row["branch"]]) for row in ROWS if row[field]]
    assert len(phones) > 200
    for phone, code in phones:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) == phone
        assert re.fullmatch(rf"\+52 {code} 0\d{{2,3}} \d{{4}}", phone), phone


def test_emails_are_reserved_and_each_its_own():
    emails = [row["email"] for row in ROWS if row["email"]]
    assert len(emails) == len(set(emails))
    assert all(RESERVED_DOMAINS.search(email) and email.isascii() for email in emails)


def test_minors_have_a_guardian_of_age_at_their_branch():
    minors = [row for row in ROWS if row["birthdate"] and age(row) < 18]
    assert len(minors) >= 10
    for row in minors:
        guardian = BY_REF[row["guardian"]]
        assert age(guardian) >= 18
        assert guardian["branch"] == row["branch"]


def test_people_are_of_many_kinds():
    text = " ".join(row["name"] for row in ROWS)
    assert "Ñ" in text.upper()
    assert any(unicodedata.combining(sign) for sign in unicodedata.normalize("NFD", text))
    assert "de la Cruz" in text
    assert {row["branch"] for row in ROWS} == {"ROMA", "GDL", "TIJ"}
    assert sum(bool(row["payer"]) for row in ROWS) >= 30
    assert any(not row["joined_days_ago"] for row in ROWS), "prospects"
    assert all(int(row["left_days_ago"]) < int(row["joined_days_ago"]) for row in ROWS if row["left_days_ago"])
