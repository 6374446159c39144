import pytest
from hypothesis import given
from hypothesis import strategies as st

from gym_members.domain.importing.issues import UnreadableValue
from gym_members.domain.importing.statuses import MEMBERS, STATUSES, parse_status, says_left, status_key


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ACTIVA ", "active"),
        ("Al día", "active"),
        ("Baja temporal", "frozen"),
        ("Baja definitiva", "former"),
        ("Dado de baja por falta de pago", "former"),
        ("No activo", "former"),
        ("Alumni", "former"),
        ("Finado", "former"),
        ("Ex-socio", "former"),
        ("Exsocio", "former"),
        ("Canceled (2024)", "former"),
        ("No renovó", "former"),
        ("Lead", "prospect"),
        ("Pago vencido", "past_due"),
        ("", None),
        ("-", None),
        ("n/a", None),
    ],
)
def test_words_that_gyms_use(text, status):
    assert parse_status(text) == status


@pytest.mark.parametrize(
    "text",
    [
        "Student",
        "Not Started",
        "Activo, baja programada",
        "Baja pendiente",
        "?",
        "王",
        "1",
        "Sin cancelar",
        "Nunca dado de baja",
    ],
)
def test_what_may_mean_either_is_asked(text):
    with pytest.raises(UnreadableValue, match="status_unknown"):
        parse_status(text)
    assert parse_status(text, {status_key(text): "former"}) == "former"


@pytest.mark.parametrize(
    ("title", "has_left"),
    [
        ("SOCIOS DADOS DE BAJA", True),
        ("Estatus: Inactivo (12)", True),
        ("Bajas 2025", True),
        ("Ex socios", True),
        ("Prospectos", True),
        ("Bajas temporales", True),
        ("SOCIOS ACTIVOS", False),
        ("Estatus: Congelado", False),
        ("Socios", None),
        ("Plan: Mensual", None),
        ("Socios activos y bajas", None),
        ("Bajas: 3", None),
        ("Altas y bajas", None),
        ("No incluye bajas", None),
        ("Los socios que se dieron de baja durante el año ya no aparecen en esta lista", None),
        ("", None),
    ],
)
def test_what_a_title_says_of_those_below_it(title, has_left):
    assert says_left(title) is has_left


@given(st.text(max_size=20), st.sampled_from(["baja", "cancelado", "Cancelled", "INACTIVO", "finado", "ex socio"]))
def test_a_word_for_left_is_never_a_member_who_is_billed(other, word):
    try:
        found = parse_status(f"{word} {other}")
    except UnreadableValue:
        return
    assert found in STATUSES
    assert found not in MEMBERS or "temporal" in other
