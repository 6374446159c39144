from datetime import date

import pytest
from vigor_guard.domain.spreadsheet import is_formula

from gym_members.domain.importing import columns
from gym_members.domain.importing.matching import Person, find_match, names_agree, shared_keys
from gym_members.domain.importing.rows import RowParser, fingerprint
from gym_members.domain.importing.statuses import says_left

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


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Núm. Cte.", "external_id"),
        ("# de Socio", "external_id"),
        ("N.º Socio", "external_id"),
        ("Nombre(s) del Socio", "name"),
        ("Nombre y Apellido", "name"),
        ("NOMBRE ALUMNO", "first_name"),
        ("APELLIDO PATERNO ALUMNO", "last_name"),
        ("Ap. Materno", "second_last_name"),
        ("Nro. de Celular", "phone"),
        ("Cel. / WhatsApp", "phone"),
        ("F. Nac.", "birthdate"),
        ("FechaDeNacimiento", "birthdate"),
        ("Fecha de Nac. (DD-MM-AA)", "birthdate"),
        ("Deleg./Mpio.", "city"),
        ("Edo.", "state"),
        ("Sit.", "status"),
        ("Fec. Alta", "date_joined"),
        ("Contacto de Emergencia (Nombre)", "emergency_name"),
        ("Contacto de Emergencia (Teléfono)", "emergency_phone"),
        ("Tel. Emerg.", "emergency_phone"),
        ("TUTOR (PADRE O MADRE)", "guardian_name"),
        ("Nombre de la madre", "guardian_name"),
        ("TEL. TUTOR", "guardian_phone"),
        ("Dado de baja", "has_left"),
        ("Edad", None),
        ("Motivo", None),
    ],
)
def test_headers_as_mexican_gyms_abbreviate_them(header, code):
    headers = ["Celular"] if code != "phone" else []
    mapping = columns.suggest_mapping([*headers, header], FIELDS.values(), "generic")
    assert mapping[header] == code


@pytest.mark.parametrize(
    ("column", "word", "is_member"),
    [("Activo", "Sí", True), ("Activo", "False", False), ("Activo", "1", False), ("Activo", "0", False),
     ("Cancelado", "No", True), ("Cancelado", "Sí", False), ("Inactivo", "quizá", False)],
)  # fmt: skip
def test_a_column_of_yes_and_no_says_who_is_a_member(column, word, is_member):
    row = parse({"Nombre completo": "Ana Ruiz", "Celular": "5512345678", column: word})
    assert (row.is_importable, row.is_member) == (True, is_member)


def test_a_flag_against_the_status_begins_nothing():
    row = parse({"Nombre completo": "Ana Ruiz", "Celular": "5512345678", "Estatus": "Activo", "Cancelado": "x"})
    assert not row.is_member
    assert "left_or_active" in codes(row)


def test_who_stands_under_a_title_that_says_left_begins_nothing():
    headers = ("Nombre completo", "Celular", "Plan")
    mapping = columns.suggest_mapping(headers, FIELDS.values(), "generic")
    parser = RowParser(
        FIELDS, {header: code for header, code in mapping.items() if code}, "generic", "dmy", TODAY, is_formula
    )
    texts = ["SOCIOS ACTIVOS", "Ana Ruiz,5512345678,Full", "SOCIOS DADOS DE BAJA", "Plan: Full",
             "Leo Paz,5512345679,Full", "Estatus: Vigente", "Eva Sol,5512345670,Full"]  # fmt: skip
    cells = (dict(zip(headers, text.split(","), strict=False)) for text in texts)
    rows = [parser.parse(line, texts_of) for line, texts_of in enumerate(cells)]
    assert [row.is_member for row in rows if row.is_importable] == [True, False, True]
    assert codes(rows[4]) == ["section_left"]


def test_the_title_of_the_sheet_counts_and_a_status_of_their_own_more():
    cells = {"Nombre completo": "Ana Ruiz", "Celular": "5512345678"}
    assert not parse(cells, section="Bajas").is_member
    assert parse(cells | {"Estatus": "Activo"}, section="Bajas").is_member


@pytest.mark.parametrize(
    "cells",
    [
        {"Fecha de ingreso": "BAJA"},
        {"Correo": "cancelado"},
        {"Nombre completo": "Ana Ruiz (BAJA)"},
        {"Nombre completo": "*INACTIVA* Ana Ruiz"},
        {"Nombre completo": "Ana Ruiz - cancelada 2025"},
    ],
)
def test_a_word_for_left_in_another_column_begins_nothing(cells):
    row = parse({"Nombre completo": "Ana Ruiz", "Celular": "5512345678"} | cells)
    assert (row.is_importable, row.is_member) == (True, False)
    assert "left_unclear" in codes(row)
    assert parse({"Nombre completo": "Ana Ruiz", "Celular": "5512345678", "Estatus": "Activo"} | cells).is_importable


def test_nobody_is_gone_by_their_name():
    for name in ("Vencida Bajatierra", "Exiquio Ruiz", "Ana del Retiro", "Socorro Baja"):
        assert parse({"Nombre completo": name, "Celular": "5512345678"}).is_member, name


def test_a_reason_for_leaving_begins_nothing():
    row = parse({"Nombre completo": "Ana Ruiz", "Celular": "5512345678", "Motivo de baja": "Se mudó"})
    assert (row.is_member, codes(row)) == (False, ["left_unclear"])


def test_the_status_is_not_the_flag_beside_it():
    mapping = columns.suggest_mapping(["Nombre", "Activo", "Estatus"], FIELDS.values(), "generic")
    assert mapping == {"Nombre": "first_name", "Activo": None, "Estatus": "status"}


@pytest.mark.parametrize(
    "text",
    [
        "Clave;Nombre;Celular;Correo;Fecha de nacimiento",
        "(número);(texto);(10 dígitos);(texto);(dd/mm/aaaa)",
        "Obligatorio;Obligatorio;Opcional;Opcional;",
        "int;varchar;varchar;varchar;date",
        "Ejemplo;Juan Pérez;5500000000;juan@correo.mx;01/01/2000",
        ";Hoja 2;;;",
        ";Tel. 55 1234 5678;;;",
        ";www.gimnasio.mx;;;",
        ";Sistema GymSoft v3.2;;;",
        ";CrossFit Narvarte;;;",
        ";Gimnasio Titán S.A. de C.V.;;;",
        ";Total Fitness Center;;;",
        ";30/11/2026;;;",
        "7;Público en general;;;",
        "8;VENTA DE MOSTRADOR;5512345678;;",
        "*;Total de socios: 40;;;",
    ],
)
def test_what_reports_and_templates_add_is_no_person(text):
    row = parse(dict(zip(("Member ID", "Full name", "Mobile", "Email", "Birth date"), text.split(";"), strict=True)))
    assert codes(row) == ["not_a_person"]
    assert not row.is_importable


@pytest.mark.parametrize(
    "text",
    [
        ";Ana Ruiz;;;",
        "9;Total Ruiz;5512345678;;",
        "10;Socorro Gimeno;;;",
        "11;Clara Ejemplo;5512345679;;",
        ";Fidel Club;5512345670;;",
    ],
)
def test_who_is_named_like_a_report_stays_a_person(text):
    row = parse(dict(zip(("Member ID", "Full name", "Mobile", "Email", "Birth date"), text.split(";"), strict=True)))
    assert row.is_importable


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


def test_a_doubtful_value_is_left_out_and_the_person_comes_in():
    row = parse({"Name": "Ruiz, Ana", "Email": "ana@", "Phone": "5512345678", "Join date": "31/02/2020"})
    assert row.values["name"] == "Ana Ruiz"
    assert [(i.code, i.severity, i.column, i.observed) for i in row.issues] == [
        ("email_invalid", "warning", "Email", "ana@"),
        ("date_impossible", "warning", "Join date", "31/02/2020"),
    ]
    assert row.is_importable


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("31/02/1990", "date_impossible"),
        ("30 años", "date_unreadable"),
        ("14/02/2090", "birthdate_impossible"),
        ("14/02/0090", "date_implausible"),
        ("14/02/1890", "date_implausible"),
    ],
)
def test_a_birth_date_that_cannot_be_right_is_left_out(text, code):
    row = parse({"Name": "Ana Ruiz", "Phone": "5512345678", "Birth date": text})
    assert codes(row) == [code]
    assert row.is_importable
    assert "birthdate" not in row.values


@pytest.mark.parametrize(
    ("status", "left", "is_member", "issues"),
    [
        ("", "abc", False, ["leaving_unreadable"]),
        ("Activo", "31/04/2024", False, ["leaving_unreadable"]),
        ("Baja", "31/04/2024", False, ["leaving_unreadable", "left_unknown"]),
        ("", "01/03/2023", False, ["left_before_joined"]),
        ("Activo", "01/03/2023", True, ["left_before_joined"]),
        ("Baja", "01/03/2023", False, ["left_before_joined", "left_unknown"]),
        ("", "01/01/1900", True, ["date_placeholder"]),
        ("", "31/12/9999", True, ["date_placeholder"]),
        ("Activo", "No", True, []),
    ],
)
def test_a_leaving_date_that_is_not_understood_begins_nothing(status, left, is_member, issues):
    row = parse(
        {
            "Nombre completo": "Ana Ruiz",
            "Cel": "5512345678",
            "Estatus": status,
            "Fecha de alta": "01/02/2024",
            "Fecha de baja": left,
        }
    )
    assert (row.is_importable, row.is_member, codes(row)) == (True, is_member, issues)


@pytest.mark.parametrize(
    ("column", "text", "found", "told"),
    [
        ("Celular", "55 1234 5678 / 55 8765 4321", "+52 55 1234 5678", ["phone_shortened"]),
        ("Celular", "55 1234 5678 mamá", "+52 55 1234 5678", ["phone_shortened"]),
        ("Celular", "55 1234 5678 ext. 12", "+52 55 1234 5678", ["phone_shortened"]),
        ("Celular", "Cel. +52 (044) 55 1234-5678 (WhatsApp)", "+52 55 1234 5678", []),
        ("Celular", "tel:5512345678.0", "+52 55 1234 5678", []),
        ("Correo", "ana@b.mx; eva@b.mx", "ana@b.mx", ["email_shortened"]),
        ("Correo", "Ana Ruiz <ana@b.mx>", "ana@b.mx", []),
        ("Correo", "mailto:Ana@b.mx;", "ana@b.mx", []),
    ],
)
def test_what_is_not_taken_of_a_cell_is_told(column, text, found, told):
    row = parse({"Nombre completo": "Ana Ruiz", "Cel": "5512345600", column: text} if column == "Correo" else
                {"Nombre completo": "Ana Ruiz", column: text})  # fmt: skip
    assert row.values["email" if column == "Correo" else "phone"] == found
    assert codes(row) == told


def test_the_landline_beside_a_mobile_is_told():
    cells = {"Nombre completo": "Ana Ruiz", "Teléfono": "5555123456", "Celular": "5512345678"}
    row = parse(cells)
    assert row.values["phone"] == "+52 55 1234 5678"
    assert [(one.code, one.column, one.observed) for one in row.issues] == [
        ("phone_other_left_out", "Teléfono", "+52 55 5512 3456")
    ]
    assert codes(parse(cells | {"Teléfono": "55 1234 5678"})) == []


def test_the_same_digit_all_along_is_no_phone():
    assert codes(parse({"Nombre completo": "Ana", "Celular": "5555555555"})) == ["phone_invalid", "no_contact"]


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


def test_an_id_that_a_family_shares_identifies_nobody():
    people = [("1", "Ana López Ruiz"), ("1", "Luis López Ruiz"), ("2", "Eva Sol"), ("2", "EVA SOL GIL"),
              ("3", "王小明"), ("3", "王小明"), ("4", "王小明"), ("4", "金民秀"),
              (None, "Leo"), (None, "Hugo")]  # fmt: skip
    assert shared_keys(people) == {"1", "4"}
    cells = {"No. Socio": "1.0", "Nombre": "Ana", "Apellidos": "López Ruiz", "Celular": "5512345678"}
    row = parse(cells, shared_ids={"1"})
    assert (row.has_source_id, codes(row), row.key) == (False, ["id_shared"], "generic:" + fingerprint(row.values))


def test_an_id_that_a_spreadsheet_has_rounded_identifies_nobody():
    row = parse({"No. Socio": "1.23457E+11", "Nombre": "Ana", "Celular": "5512345678"})
    assert (row.has_source_id, codes(row)) == (False, ["code_rounded"])
    assert parse({"No. Socio": "5E10", "Nombre": "Ana", "Celular": "5512345678"}).has_source_id


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


@pytest.mark.parametrize(
    "name", ["BAJA Ana Ríos", "Ana Ríos BAJA", "Ana Ríos QEPD", "Ana (ya no viene)", "Ana (q.e.p.d.)"]
)
def test_a_mark_beside_a_name_begins_nothing(name):
    row = parse({"Nombre completo": name, "Celular": "5512345678", "Estatus": "Activo"})
    assert row.is_importable and not row.is_member and "left_unclear" in codes(row)


@pytest.mark.parametrize(("header", "text"), [("Notas", "Dado de baja"), ("Etiquetas", "Ya no viene")])
def test_a_remark_that_says_left_begins_nothing(header, text):
    row = parse({"Nombre completo": "Ana Ríos", "Celular": "5512345678", header: text})
    assert row.is_importable and not row.is_member
    assert parse({"Nombre completo": "Ana Ríos", "Celular": "5512345678", header: "Viene por las tardes"}).is_member


def test_numbers_shown_as_dates_of_1900_are_no_dates_of_joining():
    row = parse({"Nombre completo": "Ana Ríos", "Celular": "5512345678", "Fecha de alta": "05/01/1900"})
    assert "date_joined" not in row.values and codes(row) == ["date_placeholder"]


@pytest.mark.parametrize(
    "text", ["Conteo", "Suma total", "Importe total", "Saldo final", "Σ", "Fin", "Cuenta de socios"]
)
def test_more_sums_are_no_people(text):
    cells = {"Nombre completo": text, "Correo": "", "Celular": "", "Mensualidad": "8,483.00", "Plan": ""}
    assert codes(parse(cells)) == ["not_a_person"]


def test_the_foot_of_a_file_is_no_title_of_those_who_left():
    assert says_left("fin del archivo") is None
