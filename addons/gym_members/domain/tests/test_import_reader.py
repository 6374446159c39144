import io
import zipfile
from datetime import datetime

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.importing import reader
from gym_members.domain.importing.encodings import decode
from gym_members.domain.importing.issues import UnreadableFile
from gym_members.domain.importing.reader import read_table, sniff_delimiter

SPANISH = st.text(alphabet="áéíóúüñÁÉÍÓÚÑ¿¡ abcABC123", min_size=1)


@given(SPANISH, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_unicode_text_comes_back(text, encoding):
    assert decode(text.encode(encoding))[0] == text


@given(st.lists(st.sampled_from(["Muñoz", "Peña", "José", "Ibáñez", "Ana"]), min_size=1))
def test_windows_text_comes_back(words):
    text = " ".join(words)
    assert decode(text.encode("cp1252"))[0] == text


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman", "cp850"])
@given(words=st.lists(st.sampled_from(["Muñoz", "PEÑA", "José", "Ibáñez", "Ángel", "Güemes", "Ríos"]), min_size=3))
def test_letters_tell_the_code_page(encoding, words):
    text = " ".join(words)
    assert decode(text.encode(encoding)) == (text, encoding) or text.isascii()


@pytest.mark.parametrize("encoding", ["cp437", "cp858", "cp860", "cp865"])
def test_more_code_pages_of_dos_are_read(encoding):
    text = "José Muñoz ÑÉ Güemes"
    if encoding in ("cp858", "cp860"):
        text += " Ángel PÉREZ SÁNCHEZ"
    assert decode(text.encode(encoding))[0] == text


def test_utf32_is_read_and_what_keeps_empty_signs_is_no_text():
    text = "Nombre\tCorreo\nÁngel\ta@b.mx"
    assert decode(text.encode("utf-32"))[0] == text
    with pytest.raises(UnreadableFile):
        decode(b"\xff\xfe" + "Á\0b".encode("utf-16-le"))


def test_utf16_without_its_mark_is_read():
    assert decode("Nombre\tCorreo\nÁngel\ta@b.mx".encode("utf-16-le"))[0].endswith("Ángel\ta@b.mx")


def test_the_sheet_with_known_headers_is_read_and_another_can_be_chosen():
    workbook = openpyxl.Workbook()
    workbook.active.title = "Instrucciones"
    workbook.active.append(["Llene la otra hoja"])
    for title, name in (("Socios", "Ana"), ("Bajas", "Leo")):
        sheet = workbook.create_sheet(title)
        sheet.append(["Llene desde la fila 3"])
        sheet.append(["Nombre", "Apellidos", "Correo"])
        sheet.append([name, "Ruiz", "a@b.mx"])
    workbook.create_sheet("Oculta").append(["Nombre", "Apellidos", "Correo", "Celular"])
    workbook["Oculta"].sheet_state = "hidden"
    content = _bytes(workbook)
    table = read_table(content)
    assert (table.sheet, table.sheets) == ("Socios", ("Instrucciones", "Socios", "Bajas"))
    assert read_table(content, sheet="Bajas").rows == ((3, ("Leo", "Ruiz", "a@b.mx")),)


def test_a_workbook_whose_parts_would_fill_the_memory_is_refused(monkeypatch):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Nombre", "x" * 3000])
    workbook.active.append(["Ana", "y" * 4000])
    stream = io.BytesIO(_bytes(workbook))
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", "x" * 20_000)
    content = stream.getvalue()
    for limit in ("MAX_STRINGS_BYTES", "MAX_SHEET_BYTES", "MAX_UNPACKED_BYTES"):
        with monkeypatch.context() as patch:
            patch.setattr(reader, limit, 3000)
            with pytest.raises(UnreadableFile, match="file_too_big_unpacked"):
                read_table(content)


def test_bytes_that_windows_lacks_are_latin1():
    assert decode(b"Pe\xf1a \x81")[1] == "latin-1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "~", "^"])
def test_the_delimiter_is_the_one_that_cuts_evenly(delimiter):
    lines = [
        ["Nombre", "Cuota", "Correo"],
        ["Ana Ruiz", '"$1,234.00"', "a@b.mx"],
        ["Leo; hijo" if delimiter != ";" else "Leo", "499", ""],
    ]
    assert sniff_delimiter("\n".join(delimiter.join(line) for line in lines)) == delimiter


def test_unquoted_thousands_do_not_hide_the_semicolon():
    table = read_table(b"Nombre;Cuota\nAna;$1,234.00\nLeo;$999.00\nEva;$1,099.00\n")
    assert (table.delimiter, table.headers) == (";", ("Nombre", "Cuota"))
    assert table.column("Cuota") == ["$1,234.00", "$999.00", "$1,099.00"]


def test_titles_above_the_headers_are_skipped_and_lines_keep_their_numbers():
    table = read_table(
        'Gimnasio Fuerza,,\n\nNombre,Correo,Correo\nAna,a@b.mx,\n,,\n"Leo\nII",,\nEva,e@b.mx,x\n'.encode("cp1252")
    )
    assert table.headers == ("Nombre", "Correo", "Correo (2)")
    assert [line for line, _cells in table.rows] == [4, 6, 8]
    assert table.encoding == "utf-8"


@pytest.mark.parametrize(
    ("upper", "lower", "names"),
    [
        ("Datos personales,,Contacto,", "Nombre,Apellidos,Celular,Correo", "Nombre,Apellidos,Celular,Correo"),
        (
            "No.,Nombre,Apellidos,,Fecha de,,Teléfono,",
            "Socio,,Paterno,Materno,Nacimiento,Ingreso,Casa,Celular",
            "No. Socio,Nombre,Apellidos Paterno,Apellidos Materno,Fecha de Nacimiento,Fecha de Ingreso,Teléfono Casa,"
            "Teléfono Celular",
        ),
        (
            "Nombre,Apellido,,Tel.,Correo,Fecha de,Plan,Cuota",
            ",Paterno,Materno,celular,electrónico,ingreso,,mensual",
            "Nombre,Apellido Paterno,Apellido Materno,Tel. celular,Correo electrónico,Fecha de ingreso,Plan,mensual",
        ),
        (
            "SOCIO,,CONTACTO DE EMERGENCIA,,TUTOR,",
            "Nombre,Teléfono,Nombre,Teléfono,Nombre,Teléfono",
            "Nombre,Teléfono,CONTACTO DE EMERGENCIA Nombre,CONTACTO DE EMERGENCIA Teléfono,TUTOR Nombre,TUTOR Teléfono",
        ),
    ],
)
def test_headers_over_two_rows_are_joined(upper, lower, names):
    width = lower.count(",") + 1
    person = ",".join(["Ana"] * width)
    table = read_table("\n".join(["Gimnasio Titán", upper, lower, person]).encode())
    assert ",".join(table.headers) == names
    assert [cells for _line, cells in table.rows][-1] == ("Ana",) * width


def test_a_quote_that_is_never_closed_swallows_nobody():
    with pytest.raises(UnreadableFile, match="file_broken_csv") as caught:
        read_table(b'Clave,Nombre,Celular\n1,Ana,55\n2,"Luis Paz,56\n3,Eva Sol,57\n4,Leo,58\n')
    assert caught.value.params == {"line": 3}
    table = read_table(b'Clave,Nombre,Domicilio\n1,Luis "El Tigre" Paz,"Orizaba 10, int. 3\nRoma"\n2,Eva,"5"" a"\n')
    assert table.column("Domicilio") == ["Orizaba 10, int. 3\nRoma", '5" a']


def test_lines_that_are_quoted_as_a_whole_are_cut():
    table = read_table(b'"Clave,Nombre,Domicilio"\n"1,Ana Ruiz,Orizaba 10"\n"2,Luis Paz,""Centro, 3"""\n')
    assert table.headers == ("Clave", "Nombre", "Domicilio")
    assert table.rows == ((2, ("1", "Ana Ruiz", "Orizaba 10")), (3, ("2", "Luis Paz", "Centro, 3")))


@pytest.mark.parametrize(
    ("above", "title"),
    [
        ("Gimnasio,,\nReporte de socios inactivos,,30/11/2026\n", "Reporte de socios inactivos"),
        ("Gimnasio,,\n", ""),
        ("Socio,Baja,\n", ""),
    ],
)
def test_the_title_above_says_who_is_listed(above, title):
    assert read_table(f"{above}Nombre,Apellidos,Celular\nAna,Ruiz,55\n".encode()).title == title


def test_the_first_person_is_no_second_row_of_headers():
    table = read_table(b"Nombre,Tipo,Celular\nAna,Socio,5512345678\nLeo,Socio,5512345679\n")
    assert table.column("Nombre") == ["Ana", "Leo"]


def test_a_table_without_headers_keeps_its_first_person():
    table = read_table(b"1,Ana Ruiz,5512345678,ana@b.mx\n2,Leo Paz,5512345679,\n")
    assert table.headers == ("#1", "#2", "#3", "#4")
    assert table.column("#2") == ["Ana Ruiz", "Leo Paz"]


def test_cells_of_a_web_page_that_reach_over_rows_keep_the_others_in_their_columns():
    page = """<html><table><tr><td>Gimnasio</td></tr></table><table>
        <tr><th rowspan=2>Clave</th><th colspan=2>Socio</th><th rowspan="2">Celular</th></tr>
        <tr><th>Nombre</th><th>Apellidos</th></tr>
        <tr><td>1</td><td>Jos&eacute;</td><td>N&uacute;&ntilde;ez</td><td rowspan=2>5512345678</td></tr>
        <tr><td>2</td><td>Eva</td><td>Sol</td></tr><tr><td>3</td><td>Leo</td><td>Paz</td><td>5512345679</td></tr>
        </table></html>"""
    table = read_table(page.encode())
    assert table.headers == ("Clave", "Nombre", "Apellidos", "Celular")
    assert [cells for _line, cells in table.rows] == [
        ("1", "José", "Núñez", "5512345678"),
        ("2", "Eva", "Sol", ""),
        ("3", "Leo", "Paz", "5512345679"),
    ]


def test_a_number_that_a_page_shows_rounded_is_read_in_full():
    page = """<table><tr><td>Nombre</td><td>Celular</td></tr>
        <tr><td>Ana</td><td x:num="5512345678">5.51E+09</td></tr>
        <tr><td>Leo</td><td sdval="5512345679" sdnum="1033;">5.51E+09</td></tr>
        <tr><td>Eva</td><td x:num="499.5">$499.50</td></tr></table>"""
    assert read_table(page.encode()).column("Celular") == ["5512345678", "5512345679", "$499.50"]


def test_a_workbook_gives_dates_as_iso_and_phones_without_decimals():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["Nombre", "Celular", "Nacimiento"])
    sheet.append(["Ana", 5512345678.0, datetime(1990, 3, 4)])
    sheet.append([None, None, None])
    sheet.append(["Leo", None, "04/03/1990"])
    table = read_table(_bytes(workbook))
    assert table.rows == ((2, ("Ana", "5512345678", "1990-03-04")), (4, ("Leo", "", "04/03/1990")))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \n ", "file_empty"),
        (b"Nombre,Correo\n", "file_without_rows"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_old_excel"),
        (b"PK\x03\x04 damaged", "file_broken_xlsx"),
        (b"%PDF\x00\x01", "file_binary"),
        (b"%PDF-1.4\nsome, text\n", "file_binary"),
        (b'[{"nombre": "Ana", "celular": "55"}]', "file_binary"),
        (b"BEGIN:VCARD\nFN:Ana\nEND:VCARD", "file_binary"),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "file_protected"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(content, code):
    with pytest.raises(UnreadableFile) as caught:
        read_table(content)
    assert caught.value.code == code


def test_limits_name_themselves():
    with pytest.raises(UnreadableFile) as caught:
        read_table(b"Nombre,Correo\n" + b"Ana,a@b.mx\n" * 11, max_rows=10)
    assert (caught.value.code, caught.value.params) == ("file_too_many_rows", {"limit": 10})
    with pytest.raises(UnreadableFile) as caught:
        read_table(b"x" * 2**21, max_bytes=2**20)
    assert caught.value.params == {"size_mb": 2.0, "limit_mb": 1}


def _bytes(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()
