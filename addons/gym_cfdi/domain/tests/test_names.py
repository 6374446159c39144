import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_cfdi.domain import names

LEGAL, NATURAL = "EKU9003173C9", "CACX7605101P8"


@pytest.mark.parametrize(
    "typed, registered",
    [
        ("Escuela Kemper Urgate, S.A. de C.V.", "ESCUELA KEMPER URGATE"),
        ("ESCUELA KEMPER URGATE SA DE CV", "ESCUELA KEMPER URGATE"),
        ("Escuela  Kemper   Urgate S. A. de C. V.", "ESCUELA KEMPER URGATE"),
        ("Gimnasio Ñandú S de RL de CV", "GIMNASIO ÑANDU"),
        ("Gimnasio Ñandú, S. de R.L. de C.V.", "GIMNASIO ÑANDU"),
        ("Fuerza y Salud SAPI de CV", "FUERZA Y SALUD"),
        ("Fuerza y Salud S.A.P.I. de C.V.", "FUERZA Y SALUD"),
        ("Despacho Pérez, S.C.", "DESPACHO PEREZ"),
        ("Amigos del Deporte A.C.", "AMIGOS DEL DEPORTE"),
        ("Gym Uno SAS", "GYM UNO"),
        ("Gym Uno Sociedad Anónima de Capital Variable", "GYM UNO"),
        ("Crédito Fácil SA de CV SOFOM ENR", "CREDITO FACIL"),
        ("Granja Sol SPR de RL de CV", "GRANJA SOL"),
        ("Herrería & Eléctricos S de CV", "HERRERIA & ELECTRICOS"),
        ("Fuerza S de RL de CV MI", "FUERZA"),
        ("Fuerza S. de R.L. M.I. de C.V.", "FUERZA"),
        ("Fuerza SCL de CV", "FUERZA"),
        ("Fuerza SA de CV SFP", "FUERZA"),
        ("Fuerza S de RL de IP de CV", "FUERZA"),
        ("Fuerza SA de CV SOFOL", "FUERZA"),
        ("Fuerza SOFOL", "FUERZA"),
        ("Fuerza IBP", "FUERZA"),
        ("Fuerza S en C de RL de CV", "FUERZA"),
        ("Fuerza SA de CV AC", "FUERZA SA DE CV"),
        ("SOFOL Fuerza", "SOFOL FUERZA"),
        ("Mr. Fit", "MR. FIT"),
        ("Nasa", "NASA"),
        ("SA DE CV", "SA DE CV"),
        ("Pingüino Gym", "PINGÜINO GYM"),
    ],
)
def test_legal_persons_lose_accents_and_corporate_regime(typed, registered):
    assert names.fiscal_name(typed, LEGAL) == registered


def test_a_natural_person_keeps_every_word():
    assert names.fiscal_name("María Ñáñez Sa", NATURAL) == "MARIA ÑAÑEZ SA"
    assert names.fiscal_name("Público en general", "XAXX010101000") == names.PUBLIC_IN_GENERAL


@settings(deadline=None)
@given(st.text(max_size=60))
def test_normalizing_twice_changes_nothing(text):
    once = names.fold(text)
    assert names.fold(once) == once
    assert not once or once == once.strip()


@pytest.mark.parametrize(
    "name, rfc, expected",
    [
        ("ESCUELA KEMPER URGATE", LEGAL, True),
        ("ESCUELA KEMPER URGATE SA DE CV", LEGAL, False),
        ("Escuela Kemper Urgate", LEGAL, False),
        ("ESCUELA  KEMPER URGATE", LEGAL, False),
        ("XOCHILT CASAS CHAVEZ SA", NATURAL, True),
        ("UNIVERSIDAD ROBÓTICA ESPAÑOLA", "URE180429TM6", True),
    ],
)
def test_form_in_which_a_name_can_be_registered(name, rfc, expected):
    assert names.is_fiscal_form(name, rfc) is expected


@pytest.mark.parametrize(
    "name, rfc, expected",
    [
        ("ESCUELA KEMPER URGATE", LEGAL, True),
        ("MARIA ÑAÑEZ AGUILAR", LEGAL, False),
        ("XOCHILT CASAS CHAVEZ", NATURAL, True),
        ("PEDRO LOPEZ", NATURAL, False),
        ("HERRERIA & ELECTRICOS", "H&E951128469", True),
        ("LO QUE SEA", "XAXX010101000", True),
    ],
)
def test_a_name_without_any_initial_of_the_rfc_is_somebody_elses(name, rfc, expected):
    assert names.may_belong(name, rfc) is expected
