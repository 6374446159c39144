"""Writes the sample exports beside this file: invented people with the traps that real exports have.

One seed, so that the files only change when this script does. Nobody in them is real: e-mails are at a reserved domain
and phones in a series that is not assigned. Run it from anywhere: ``python make_samples.py``.
"""

import csv
import io
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl

FOLDER = Path(__file__).parent
SEED = 1910
# The day on which the files beside this script were exported; "to come" is after it.
TODAY = date(2026, 3, 15)
PEOPLE = 24
FIRST_F = "María Ana Guadalupe Ximena Sofía Fernanda Mónica Íngrid Renata Zoé"
FIRST_M = "José Juan Luis Ángel Iván Íñigo Raúl Óscar Jesús Tomás"
LAST = "Hernández García Martínez López González Pérez Sánchez Ramírez Muñoz Núñez Peña Ibáñez Zúñiga Ávila"
PLANS = (("Mensual", "$799.00"), ("Anual", "$8,388.00"), ("Ilimitado", "$1,234.00"))
PACK = ("Pase 10 clases", "$1,500.00")  # every tenth has this and no membership
UNLIMITED = 99999  # how Mindbody writes "unlimited" in a pack of classes


HEADERS = {
    "mindbody": (
        "Id|FirstName|MiddleName|LastName|Email|MobilePhone|HomePhone|BirthDate|Gender|AddressLine1|City|"
        "State|PostalCode|Status|IsProspect|CreationDate|HomeLocation|EmergencyContactInfoName|"
        "EmergencyContactInfoPhone|RedAlert|SendPromotionalEmails|LastFour|ServiceName|Count|Remaining|"
        "TerminationDate"
    ),
    "glofox": "Customer Name|Email Address|Phone|Member Status|Signed Up On|Tags",
    "gymmaster": (
        "Member ID|Firstname|Surname|Birthdate|Gender|Email|Cell Phone|Phone Home|Address|Joining Date|"
        "Membership Name|Membership Fee|Frequency|Next Billing|On Hold From|On Hold Until|Cancellation Date|"
        "Status|Medical Notes"
    ),
    "wodify": (
        "First Name|Last Name|Email|Phone|Gender|Date of Birth|Client Status|Default Program|"
        "Default Location|State|Is Coach|Is Dependent|Group"
    ),
    "pushpress": "uuid|firstName|lastName|email|phone|dob|gender|plan|status|startDate|endDate|joinDate|parentUuid",
    "generic_mx": (
        "No. de socio|Apellido Paterno|Apellido Materno|Nombre(s)|Fecha de nacimiento (dd/mm/aaaa)|Sexo|"
        "Celular|Correo electrónico|RFC|Sucursal|Estatus|Fecha de inscripción|Fecha de baja|Plan|Mensualidad|"
        "Próximo pago|"
        "Contacto de emergencia|Teléfono de emergencia|Tutor|Celular del tutor"
    ),
}


class Gym:
    """A gym on the day it exports its members: who they are is chance.

    :param date today: day of the export
    :param str tag: digits that set its people's ids and e-mails apart from another gym's
    """

    def __init__(self, chance, today, tag):
        self.chance, self.today, self.tag = chance, today, tag

    def people(self):
        return [Person(self, self.chance, number) for number in range(101, 101 + PEOPLE)]

    def day(self, days):
        """Return the day so many days after the export, before it if negative."""
        return self.today + timedelta(days=days)


class Person:
    """An invented adult; ``number`` is unique in a file."""

    def __init__(self, gym, chance, number):
        self.number, self.id = number, f"{gym.tag}{number}"
        self.gender = chance.choice("FM")
        self.first = chance.choice((FIRST_F if self.gender == "F" else FIRST_M).split())
        self.last, self.second = chance.choice(LAST.split()), chance.choice(LAST.split())
        self.email = f"socio{self.id}@correo.example"
        self.phone = f"550{chance.randrange(10**7):07}"
        self.birthdate = date(chance.randrange(1955, 2005), chance.randrange(1, 13), chance.randrange(1, 29))
        self.joined = gym.day(-chance.randrange(40, 1500))
        self.plan, self.fee = PACK if number % 10 == 5 else chance.choice(PLANS)


def child_of(gym, parent, number, first, email=""):
    """Return a child of ten who lives with ``parent``."""
    child = Person(gym, random.Random(number), number)
    child.first, child.last, child.second = first, parent.last, LAST.split()[number % 14]
    child.email, child.phone = email, ""
    child.birthdate = date(gym.today.year - 10, 2, 20) - timedelta(days=int(gym.tag or 0) % 300)
    return child


def mindbody(gym):
    """Month first; a family with one e-mail; one client twice; a prospect; packs of 99999 and of 10; an end to come."""
    header = HEADERS["mindbody"].split("|")
    folk = gym.people()
    folk += [child_of(gym, folk[0], 201, "Leo", folk[0].email), child_of(gym, folk[0], 202, "Zoé", folk[0].email)]
    ends = {105: gym.day(-15), 108: gym.day(77)}
    rows = []
    for person in folk:
        status = {104: "Suspended", 105: "Terminated", 106: "Non-Member"}.get(person.number, "Active")
        rows.append(
            [
                f"1000{person.id}",
                person.first,
                "",
                f"{person.last} {person.second}",
                person.email,
                person.phone,
                "",
                f"{person.birthdate:%m/%d/%Y} 12:00:00 AM",
                "Female" if person.gender == "F" else "Male",
                "Orizaba 10",
                "CDMX",
                "Ciudad de México",
                "06700",
                status,
                str(status == "Non-Member"),
                f"{person.joined:%m/%d/%Y}",
                "Roma Norte",
                "Luis López",
                "5508765432",
                "Asthma" if person.number == 107 else "",
                "True",
                "4242",
                *((PACK[0], 10, 3) if person.number == 109 else ("Unlimited", UNLIMITED, UNLIMITED - 40)),
                f"{ends[person.number]:%m/%d/%Y}" if person.number in ends else "",
            ]
        )
    rows.append([f"1000{gym.tag}999", *rows[1][1:]])
    return _csv(header, rows, "utf-8-sig")


def glofox(gym):
    """Dates that can all be read both ways; dependants that look like everybody; no ids."""
    header = HEADERS["glofox"].split("|")
    rows = []
    for person in gym.people():
        day = date(2023, person.number % 12 + 1, (person.number * 7 + 1) % 12 + 1)
        if day.day == day.month:
            day = day.replace(day=day.month % 12 + 1)
        status = {103: "Lead", 104: "Paused", 105: "Cancelled"}.get(person.number, "Member")
        tags = "VIP;Mañanas" if person.number == 101 else ""
        name = f"{person.first} {person.last} {person.second}"
        rows.append([name, person.email, f"+52 1 {person.phone}", status, f"{day:%d/%m/%Y}", tags])
    rows.append([f"Leo {rows[0][0].split()[1]}", rows[0][1], rows[0][2], "Member", "03/04/2024", ""])
    rows.append(["Socio Sin Correo", "sincorreo@gmail.com", "123", "Member", "05/06/2024", ""])
    return _csv(header, rows, "utf-8")


def gymmaster(gym):
    """A workbook: real dates, Excel serials, numbers as phones, fees as text, holds, ends to come, a bill long due."""
    header = HEADERS["gymmaster"].split("|")
    workbook = openpyxl.Workbook()
    workbook.properties.created = workbook.properties.modified = _midnight(gym.today)
    sheet = workbook.active
    sheet.append(header)
    cancelled = {105: _midnight(gym.day(-15)), 106: _midnight(gym.day(107))}
    # on the day itself, on a day that is past, and for everybody else on one to come
    next_bills = {107: gym.day(-10), 108: gym.today, 109: gym.today, 110: gym.today}
    for person in gym.people():
        is_held = person.number == 104
        serial = (person.birthdate - date(1899, 12, 30)).days
        sheet.append(
            [
                int(person.id),
                person.first,
                f"{person.last} {person.second}",
                serial if person.number == 102 else _midnight(person.birthdate),
                person.gender,
                person.email,
                float(person.phone),
                None,
                "Orizaba 10",
                _midnight(person.joined),
                person.plan,
                person.fee,
                "Monthly",
                _midnight(next_bills.get(person.number, gym.day(17))),
                _midnight(gym.day(-14)) if is_held else None,
                _midnight(gym.day(31)) if is_held else None,
                cancelled.get(person.number),
                "On Hold" if is_held else "Cancelled" if person.number == 105 else "Current",
                "Knee injury" if person.number == 103 else None,
            ]
        )
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def _midnight(day):
    return datetime.combine(day, datetime.min.time())


def wodify(gym):
    """Month first as its template says; dependants without e-mail, in the group of their guardian's e-mail."""
    header = HEADERS["wodify"].split("|")
    folk = gym.people()
    folk += [
        child_of(gym, folk[0], 201, "Leo"),
        child_of(gym, folk[0], 202, "Zoé"),
        child_of(gym, folk[1], 203, "Beto"),
    ]
    guardians = {201: folk[0].email, 202: folk[0].email, 203: f"nadie{gym.tag}@correo.example"}
    rows = [
        [
            person.first,
            f"{person.last} {person.second}",
            person.email,
            person.phone,
            "Female" if person.gender == "F" else "Male",
            f"{person.birthdate:%m/%d/%Y}",
            {104: "Suspended", 105: "Inactive"}.get(person.number, "Active"),
            "CrossFit",
            "Roma Norte",
            "CDMX",
            "FALSE",
            str(person.number in guardians).upper(),
            guardians.get(person.number, ""),
        ]
        for person in folk
    ]
    return _csv(header, rows, "utf-8")


def pushpress(gym):
    """Dates in ISO form; long ids; a child under the payer's id."""
    header = HEADERS["pushpress"].split("|")
    folk = gym.people()
    folk.append(child_of(gym, folk[0], 201, "Leo"))
    ids = {person.number: f"{gym.chance.getrandbits(128):032x}" for person in folk}
    rows = [
        [
            ids[person.number],
            person.first,
            f"{person.last} {person.second}",
            person.email,
            person.phone,
            person.birthdate.isoformat(),
            "",
            person.plan,
            {104: "paused", 105: "canceled", 106: "lead"}.get(person.number, "active"),
            person.joined.isoformat(),
            gym.day(107).isoformat() if person.number == 107 else "",
            person.joined.isoformat(),
            ids[101] if person.number == 201 else "",
        ]
        for person in folk
    ]
    return _csv(header, rows, "utf-8")


def generic_mx(gym):
    """Excel's CSV in Mexico: cp1252, semicolons, a title above, "$1,234.00", H and M, 044, 31/02, bills long due."""
    header = HEADERS["generic_mx"].split("|")
    rows = [
        [f"Gimnasio Fuerza - socios al {gym.today:%d/%m/%Y}"] + [""] * (len(header) - 1),
        [""] * len(header),
        header,
    ]
    ends = {113: gym.day(-15), 114: gym.day(107)}
    for person in gym.people():
        is_child = person.number in (110, 111)
        rows.append(
            [
                person.id,
                person.last.upper(),
                person.second.upper(),
                person.first.upper(),
                {109: "31/02/1990"}.get(
                    person.number, f"20/02/{gym.today.year - 10}" if is_child else f"{person.birthdate:%d/%m/%Y}"
                ),
                "M" if person.gender == "F" else "H",
                f"044{person.phone}" if person.number == 102 else person.phone,
                "" if is_child else "no tiene" if person.number == 103 else person.email,
                {104: "XAXX010101000", 105: "GODE561231GR8", 106: "ABC123"}.get(person.number, ""),
                "Polanco" if person.number == 108 else "Roma Norte",
                {112: "Congelado", 113: "Baja", 114: "Vigente"}.get(person.number, "Activo"),
                f"{person.joined:%d/%m/%Y}",
                f"{ends[person.number]:%d/%m/%Y}" if person.number in ends else "",
                person.plan,
                person.fee,
                f"{gym.day(-40 if person.number < 104 else 17):%d/%m/%Y}",
                "Luis López",
                "55 0876 5432",
                "Laura Peña" if is_child else "",
                "5508765123" if is_child else "",
            ]
        )
    return _csv(rows[0], rows[1:], "cp1252", ";")


def _csv(header, rows, encoding, delimiter=","):
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return stream.getvalue().encode(encoding)


SAMPLES = {
    "mindbody.csv": mindbody,
    "glofox.csv": glofox,
    "gymmaster.xlsx": gymmaster,
    "wodify.csv": wodify,
    "pushpress.csv": pushpress,
    "generic_mx.csv": generic_mx,
}


def make(name, today=TODAY, tag=""):
    """Return the bytes of one sample, as a gym exports it ``today``; ``tag`` (digits) makes other people of it."""
    return SAMPLES[name](Gym(random.Random(f"{SEED}-{name}{tag}"), today, tag))


if __name__ == "__main__":
    for sample in SAMPLES:
        (FOLDER / sample).write_bytes(make(sample))
        print(FOLDER / sample)
