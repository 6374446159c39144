"""Invent the people of the demo gym: ``python data/demo/people.py`` writes ``members.csv`` beside this file.

The same seed gives the same people on every machine. Nobody in it is real, and cannot be by mistake:

- every RFC has a homoclave with the letter O, which the SAT's alphabet of homoclaves does not have;
- every CURP ends its root with the last differentiator (9 for who was born before 2000, Z after), which needs nine or
  more people of the same name, day, sex and state;
- phone numbers begin with 0 after the area code, a series that is not assigned; e-mails are at reserved domains.

RFC and CURP have right check digits all the same, so that every validation accepts them.
"""

import csv
import json
import random
import re
import unicodedata
from datetime import date, timedelta
from pathlib import Path

from stdnum.mx import curp as stdnum_curp
from stdnum.mx import rfc as stdnum_rfc

SEED = 19
COUNT = 300
WRITTEN_ON = date(2026, 11, 1)  # ages are meant as of this day
TARGET = Path(__file__).with_name("members.csv")
WORDS = json.loads(Path(__file__).with_name("words.json").read_text(encoding="utf-8"))
DOMAINS = ("example.com", "example.org", "example.net", "correo.example")
# fmt: off
COLUMNS = (
    "ref", "branch", "name", "gender", "birthdate", "rfc", "curp", "phone", "email", "street", "colonia", "zip", "city",
    "state", "emergency_name", "emergency_phone", "emergency_relation", "channel", "tags", "source", "joined_days_ago",
    "left_days_ago", "payer", "guardian",
)
# fmt: on

_PARTICLES = {"DE", "LA", "LAS", "LOS", "DEL", "Y"}
_COMMON_FIRST_NAMES = {"JOSE", "MARIA"}


# === Identity === #


def _letters(text):
    """Return ``text`` in capitals without accents, the Ñ kept."""
    kept = text.upper().replace("Ñ", "\0")
    plain = unicodedata.normalize("NFKD", kept)
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).replace("\0", "Ñ")


def _significant(text, skip):
    """Return the first word of ``text`` that counts for an RFC or CURP."""
    words = _letters(text).split()
    return next((word for word in words if word not in skip), words[-1])


def _key_words(given, paternal, maternal):
    first = _COMMON_FIRST_NAMES if len(given.split()) > 1 else set()
    return (
        _significant(paternal, _PARTICLES),
        _significant(maternal, _PARTICLES),
        _significant(given, _PARTICLES | first),
    )


def _initials(paternal, maternal, given):
    vowel = next((letter for letter in paternal[1:] if letter in "AEIOU"), "X")
    return paternal[0] + vowel + maternal[0] + given[0]


def make_rfc(given, paternal, maternal, birthdate, dice):
    """Return an RFC of 13 characters that the SAT cannot have issued."""
    initials = _initials(*_key_words(given, paternal, maternal))
    if initials in stdnum_rfc._name_blacklist:
        initials = initials[:3] + "X"
    body = f"{initials}{birthdate:%y%m%d}{dice.choice('123456789ABCDEFGHIJKLMN')}O"
    return body + stdnum_rfc.calc_check_digit(body)


def make_curp(given, paternal, maternal, birthdate, gender, state):
    """Return a CURP of 18 characters that the civil registry will hardly have assigned."""
    words = [word.replace("Ñ", "X") for word in _key_words(given, paternal, maternal)]
    initials = _initials(*words)
    if initials in stdnum_curp._name_blacklist:
        initials = initials[0] + "X" + initials[2:]
    consonants = "".join(next((sign for sign in word[1:] if sign not in "AEIOU"), "X") for word in words)
    last = "9" if birthdate.year < 2000 else "Z"
    body = f"{initials}{birthdate:%y%m%d}{'M' if gender == 'female' else 'H'}{state}{consonants}{last}"
    return body + stdnum_curp.calc_check_digit(body)


# === People === #


class Town:
    """Draws people until there are enough; remembers which e-mails are taken."""

    def __init__(self, seed=SEED):
        self.dice = random.Random(seed)
        self.rows = []
        self.emails = set()

    def populate(self, count=COUNT):
        """Return ``count`` rows: families with a payer, then people on their own, and two that look like one."""
        self._fixed_family()
        while len(self.rows) < count // 4:
            self._family(self._branch())
        while len(self.rows) < count - 1:
            self._adult(self._branch())
        self._typed_twice(next(row for row in self.rows[20:] if row["phone"] and not row["name"].isascii()))
        return self.rows

    def _branch(self):
        return self.dice.choices(("ROMA", "GDL", "TIJ"), (9, 7, 4))[0]

    def _fixed_family(self):
        """The family of the demo's portal user: she pays for her husband and is the guardian of their daughter."""
        mother = self._adult("ROMA", given="Mariana", paternal="Peña", maternal="Núñez", gender="female", is_here=True)
        home = {key: mother[key] for key in ("street", "colonia", "zip")}
        self._adult("ROMA", given="Rodrigo", paternal="Ibáñez", maternal="Cruz", gender="male", is_here=True).update(
            home, payer=mother["ref"]
        )
        self._child(mother, "Ibáñez", "Peña", given="Sofía", gender="female", age=11)

    def _family(self, branch):
        payer = self._adult(branch, is_here=True)
        home = {key: payer[key] for key in ("street", "colonia", "zip")}
        partner_surname = self.dice.choice(WORDS["surnames"])
        if self.dice.random() < 0.7:
            gender = "male" if payer["gender"] == "female" else "female"
            partner = self._adult(branch, paternal=partner_surname, gender=gender, is_here=True)
            partner.update(home, payer=payer["ref"])
        surname = payer["surname"]
        family_names = (surname, partner_surname) if payer["gender"] == "male" else (partner_surname, surname)
        for _child in range(self.dice.choice((0, 1, 1, 2))):
            self._child(payer, *family_names)

    def _adult(self, branch, given=None, paternal=None, maternal=None, gender=None, is_here=False):
        dice = self.dice
        gender = gender or dice.choice(("female", "male"))
        given = given or self._given_name(gender)
        age_days = int(dice.triangular(18.2, 72, 31) * 365.25)
        row = self._row(branch, given, paternal, maternal, gender, WRITTEN_ON - timedelta(days=age_days))
        stay = "member" if is_here else dice.choices(("member", "former", "prospect"), (78, 12, 10))[0]
        self._stay(row, stay)
        row["phone"] = self._phone(branch)
        row["email"] = self._email(given, row["surname"]) if dice.random() < 0.93 else ""
        if stay == "prospect":
            row.update(dict.fromkeys(("rfc", "curp", "street", "colonia", "zip", "birthdate"), ""))
        elif dice.random() < 0.45:
            row["rfc"] = ""
        return row

    def _child(self, guardian, paternal, maternal, given=None, gender=None, age=None):
        dice = self.dice
        gender = gender or dice.choice(("female", "male"))
        given = given or self._given_name(gender)
        age = age or dice.randint(8, 15)
        birthdate = WRITTEN_ON - timedelta(days=age * 365 + dice.randint(10, 350))
        row = self._row(guardian["branch"], given, paternal, maternal, gender, birthdate)
        self._stay(row, "member")
        row.update({key: guardian[key] for key in ("street", "colonia", "zip")})
        row.update(rfc="", phone="", email="", payer=guardian["ref"], guardian=guardian["ref"], channel="email")
        row.update(
            emergency_name=guardian["name"],
            emergency_phone=guardian["phone"],
            emergency_relation="Madre" if guardian["gender"] == "female" else "Padre",
        )
        return row

    def _row(self, branch, given, paternal, maternal, gender, birthdate):
        dice = self.dice
        paternal = paternal or dice.choice(WORDS["surnames"])
        maternal = maternal or dice.choice(WORDS["surnames"])
        place = WORDS["branches"][branch]
        colonia, postcode = dice.choice(place["neighbourhoods"])
        row = dict.fromkeys(COLUMNS, "") | {
            "ref": f"P{len(self.rows) + 1:03}",
            "branch": branch,
            "surname": paternal,
            "name": f"{given} {paternal} {maternal}",
            "gender": gender,
            "birthdate": birthdate.isoformat(),
            "rfc": make_rfc(given, paternal, maternal, birthdate, dice),
            "curp": make_curp(given, paternal, maternal, birthdate, gender, place["curp_state"]),
            "street": f"{dice.choice(WORDS['streets'])} {dice.randint(1, 480)}",
            "colonia": colonia,
            "zip": postcode,
            "city": place["city"],
            "state": place["state"],
            "channel": dice.choice(WORDS["channels"]),
            "tags": ";".join(sorted(dice.sample(WORDS["tags"], dice.choice((0, 1, 1, 2))))),
            "source": dice.choice(WORDS["sources"]),
        }
        self.rows.append(row)
        self._emergency(row)
        return row

    def _emergency(self, row):
        dice = self.dice
        if dice.random() < 0.15:
            return
        gender = dice.choice(("female", "male"))
        given = self._given_name(gender)
        relation = dice.choice(WORDS["relations"][gender])
        surname = dice.choice(WORDS["surnames"]) if relation in WORDS["friends"] else row["surname"]
        row["emergency_name"] = f"{given} {surname}"
        row["emergency_phone"] = self._phone(row["branch"])
        row["emergency_relation"] = relation

    def _stay(self, row, stay):
        """Set how many days ago the person joined and left; a prospect did neither."""
        dice = self.dice
        if stay == "prospect":
            return
        joined = dice.randint(1, 30) if dice.random() < 0.12 else int(dice.triangular(20, 1400, 90))
        row["joined_days_ago"] = joined
        if stay == "former":
            row["joined_days_ago"] = joined + 120
            row["left_days_ago"] = dice.randint(5, 100)

    def _typed_twice(self, original):
        """Somebody the front desk registered again, in a hurry: the same phone, no accents, no second surname."""
        name = " ".join(_letters(original["name"]).replace("Ñ", "N").title().split()[:3])
        self.rows.append(
            dict.fromkeys(COLUMNS, "")
            | {key: original[key] for key in ("branch", "gender", "phone", "city", "state")}
            | {"ref": f"P{len(self.rows) + 1:03}", "name": name, "channel": "whatsapp"}
        )

    def _given_name(self, gender):
        return self.dice.choice(WORDS["women" if gender == "female" else "men"])

    def _phone(self, branch):
        area = WORDS["branches"][branch]["area"]
        local = "0" + "".join(str(self.dice.randint(0, 9)) for _digit in range(9 - len(area)))
        return f"+52 {area} {local[:-4]} {local[-4:]}"

    def _email(self, given, paternal):
        slug = re.sub(r"[^a-z]+", ".", f"{_letters(given)} {_letters(paternal)}".lower().replace("ñ", "n"))
        number = 1
        while (candidate := f"{slug}{number if number > 1 else ''}@{self.dice.choice(DOMAINS)}") in self.emails:
            number += 1
        self.emails.add(candidate)
        return candidate


def generate(seed=SEED, count=COUNT):
    """Return the rows of ``members.csv`` as dicts of text, a payer and guardian always before who depends on them."""
    return [{key: str(row[key]) for key in COLUMNS} for row in Town(seed).populate(count)]


def main():
    with TARGET.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(generate())


if __name__ == "__main__":
    main()
