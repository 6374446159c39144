from datetime import date

import pytest
from vigor_guard.domain.spreadsheet import is_formula

from gym_members.domain.importing import columns
from gym_members.domain.importing.matching import Person, find_match, names_agree
from gym_members.domain.importing.rows import RowParser, fingerprint

TODAY = date(2026, 3, 15)
FIELDS = {field.code: field for field in columns.MEMBER_FIELDS}


def parse(cells, source="generic", **options):
    mapping = columns.suggest_mapping(list(cells), FIELDS.values(), source)
    mapping = {header: code for header, code in mapping.items() if code}
    return RowParser(FIELDS, mapping, source, "dmy", TODAY, is_formula, **options).parse(7, cells)


def codes(row):
    return [issue.code for issue in row.issues]


@pytest.mark.parametrize(
    ("headers", "source"),
    [
        (
            ["Id", "FirstName", "LastName", "MobilePhone", "HomeLocation", "IsProspect", "AddressLine1"],
            columns.MINDBODY,
        ),
        (["Customer Name", "Email Address", "Phone", "Member Status", "Signed Up On", "Tags"], columns.GLOFOX),
        (["Member ID", "Firstname", "Surname", "Joining Date", "Membership Name", "Next Billing"], columns.GYMMASTER),
        (["First Name", "Client Status", "Default Location", "Is Dependent", "Date of Birth"], columns.WODIFY),
        (["uuid", "firstName", "lastName", "plan", "status", "startDate", "endDate"], columns.PUSHPRESS),
        (["Apellido Paterno", "Apellido Materno", "Nombre(s)", "RFC", "Celular"], columns.GENERIC),
    ],
)
def test_an_export_gives_its_maker_away(headers, source):
    assert columns.detect_source(headers) == source


def test_the_mexican_spreadsheet_is_understood():
    headers = [
        "Apellido Paterno",
        "APELLIDO MATERNO",
        "Nombre(s)",
        "RFC",
        "CURP",
        "Fecha de Nacimiento (dd/mm/aaaa)",
        "Celular",
        "Correo electrónico",
        "Sucursal",
        "Contacto de emergencia",
        "Teléfono de emergencia",
        "Mensualidad",
    ]
    assert list(columns.suggest_mapping(headers, FIELDS.values(), "generic").values()) == [
        "last_name", "second_last_name", "first_name", "vat", "curp", "birthdate", "phone", "email", "location",
        "emergency_name", "emergency_phone", None,
    ]  # fmt: skip


def test_no_alias_means_two_things():
    seen = {}
    for field in columns.MEMBER_FIELDS:
        for alias in field.aliases:
            assert seen.setdefault(columns.header_key(alias), field.code) == field.code, alias


def test_a_field_is_given_to_one_column():
    mapping = columns.suggest_mapping(
        ["Correo", "E-mail", "Celular", "Mobile", "RedAlert", "YellowAlert"], FIELDS.values(), "generic"
    )
    assert list(mapping.values()) == ["email", None, "phone", "phone_other", "health", "health"]


def test_a_row_becomes_values():
    row = parse(
        {
            "Apellido Paterno": "López",
            "Apellido Materno": "Ruiz",
            "Nombre(s)": " Ana  Sofía ",
            "Celular": "55 1234 5678",
            "Fecha de nacimiento": "05/03/1990",
            "Correo": "Ana@Correo.MX",
            "Sexo": "Mujer",
        }
    )
    assert row.is_importable
    assert row.issues == []
    assert row.values == {
        "name": "Ana Sofía López Ruiz",
        "phone": "+52 55 1234 5678",
        "birthdate": date(1990, 3, 5),
        "email": "ana@correo.mx",
        "gender": "female",
    }


def test_a_doubtful_value_is_left_out_and_a_wrong_date_keeps_the_row_out():
    row = parse({"Name": "Ruiz, Ana", "Email": "ana@", "Phone": "5512345678", "Join date": "31/02/2020"})
    assert row.values["name"] == "Ana Ruiz"
    assert [(i.code, i.severity, i.column, i.observed) for i in row.issues] == [
        ("email_invalid", "warning", "Email", "ana@"),
        ("date_impossible", "error", "Join date", "31/02/2020"),
    ]
    assert not row.is_importable


def test_a_future_cancellation_is_not_yet_a_fact():
    row = parse(
        {
            "Name": "Ana",
            "Phone": "5512345678",
            "Status": "Active",
            "Join date": "01/02/2024",
            "Cancellation date": "30/04/2026",
        }
    )
    assert "date_left" not in row.values
    assert row.values["date_leaving"] == date(2026, 4, 30)
    assert codes(row) == ["leaves_later"]


@pytest.mark.parametrize(
    ("status", "joined", "left", "values", "issues"),
    [
        ("Cancelado", "01/02/2024", "", {"date_left": TODAY}, ["left_unknown"]),
        ("Baja", "01/02/2024", "01/03/2025", {"date_left": date(2025, 3, 1)}, []),
        ("Activo", "", "", {"date_joined": TODAY}, ["joined_unknown"]),
        ("Congelado", "01/02/2024", "", {"date_joined": date(2024, 2, 1)}, ["paused"]),
        ("Lead", "01/02/2024", "", {"date_joined": None}, []),
        ("Activo", "01/02/2024", "01/03/2025", {"date_left": None}, ["left_but_active"]),
        ("", "01/02/2024", "01/03/2023", {}, ["left_before_joined"]),
    ],
)
def test_status_and_dates_are_made_to_agree(status, joined, left, values, issues):
    row = parse(
        {
            "Nombre completo": "Ana Ruiz",
            "Cel": "5512345678",
            "Estatus": status,
            "Fecha de alta": joined,
            "Fecha de baja": left,
        }
    )
    assert codes(row) == issues
    assert {code: row.values.get(code) for code in values} == values


def test_families():
    child = parse(
        {
            "First Name": "Leo",
            "Last Name": "Ruiz",
            "Email": "",
            "Group": "mama@correo.mx",
            "Client Status": "Active",
            "Date of Birth": "2015-01-01",
            "Default Location": "Roma",
        },
        columns.WODIFY,
    )
    assert child.values["is_dependant"]
    assert child.values["guardian_email"] == "mama@correo.mx"
    alone = parse({"Name": "Leo Ruiz", "Date of birth": "01/01/2015"})
    assert codes(alone) == ["minor_without_guardian", "no_contact"]


def test_marketing_health_and_cards_are_left_where_they_are():
    row = parse(
        {"Name": "Ana Ruiz", "Phone": "5512345678", "Marketing": "yes", "RedAlert": "asthma", "LastFour": "4242"}
    )
    assert set(row.values) == {"name", "phone"}


def test_a_century_is_not_lost_with_two_digits():
    assert parse({"Name": "Ana Ruiz", "Phone": "5512345678", "DOB": "05/03/28"}).values["birthdate"] == date(1928, 3, 5)


def test_keys_are_stable():
    cells = {"Id": "100", "Name": "Ana Ruiz", "Phone": "5512345678"}
    assert parse(cells, "mindbody").key == "mindbody:100"
    del cells["Id"]
    assert (
        parse(cells).key
        == parse({**cells, "Phone": "+52 55 1234 5678"}).key
        == "generic:" + fingerprint(parse(cells).values)
    )
    assert parse(cells).key != parse({**cells, "Name": "Eva Ruiz"}).key


def test_a_shared_email_does_not_merge_a_family():
    mother = Person(1, "Laura Ruiz Peña", "casa@correo.mx", "+525512345678", date(1985, 1, 1))
    for other in ("Leo Ruiz Peña", "Laura", "Ruiz"):
        assert find_match(Person(2, other, "casa@correo.mx", "+525512345678"), [mother]) is None
    daughter = Person(2, "Laura Ruiz Peña", "casa@correo.mx", "", date(2015, 1, 1))
    assert find_match(daughter, [mother]) is None


def test_the_strongest_rule_decides():
    known = [Person(1, "José Ángel López Ruiz", "jose@correo.mx", "+525512345678", date(1990, 3, 4), "mindbody:1"),
             Person(2, "Jose Lopez", "otro@correo.mx", "+525512345678")]  # fmt: skip
    cases = [
        (Person(0, "Quien Sea", key="mindbody:1"), "key", [1]),
        (Person(0, "JOSE LOPEZ RUIZ", "jose@correo.mx", "", date(1990, 3, 4)), "email_birthdate", [1]),
        (Person(0, "José López", "", "+525512345678"), "phone", [2]),
        (Person(0, "Lopez Jose Angel", "jose@correo.mx"), "email", [1]),
        (Person(0, "Jose Angel Lopez Ruiz", birthdate=date(1990, 3, 4)), "name_birthdate", [1]),
        (Person(0, "José Ángel López", "", "+525512345678", date(1991, 1, 1)), "phone", [2]),
        (Person(0, "José Ángel Pérez", "", "+525512345678"), None, []),
    ]
    for person, how, refs in cases:
        match = find_match(person, known)
        assert (match and match.how, [other.ref for other in match.people] if match else []) == (how, refs), person


def test_two_ids_of_one_system_are_two_people_unless_birth_dates_say_otherwise():
    one = Person(1, "Juan Pérez Soto", "casa@correo.mx", key="mindbody:1")
    assert find_match(Person(2, "Juan Pérez Soto", "casa@correo.mx", key="mindbody:2"), [one]) is None
    assert find_match(Person(2, "Juan Pérez Soto", "casa@correo.mx", key="glofox:2"), [one]).how == "email"
    assert find_match(Person(2, "Juan Pérez Soto", "casa@correo.mx", key="mindbody:~ab"), [one]).how == "email"


def test_namesakes_born_on_one_day_stay_two_when_their_system_says_so():
    born = date(2014, 3, 5)
    one = Person(1, "María López", birthdate=born, key="mindbody:1")
    assert find_match(Person(2, "María López", birthdate=born, key="mindbody:2"), [one]) is None
    assert find_match(Person(2, "María López", birthdate=born, key="generic:~ab"), [one]).how == "name_birthdate"


def test_names_agree():
    assert names_agree("María de la Luz Peña", "MARIA LUZ PEÑA SOTO")
    assert not names_agree("María Luz Peña", "María Luz Soto")
    assert not names_agree("", "Ana")
