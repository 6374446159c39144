import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gym_cfdi.domain import rfc

SAT_TEST_RFCS = [
    *("CACX7605101P8", "EKU9003173C9", "XIA190128J61", "URE180429TM6", "IIA040805DZ4", "H&E951128469", "KIJ0906199R1"),
    *("XIQB891116QE4", "FUNK671228PH6", "JUFA7608212V6", "MISC491214B86", "SPR190613I52", "XEXX010101000"),
]


@pytest.mark.parametrize("code", SAT_TEST_RFCS)
def test_rfcs_of_the_sat_carry_their_check_digit(code):
    assert rfc.is_well_formed(code)
    assert rfc.check_digit(code) == code[-1]
    assert rfc.has_valid_check_digit(code)


def test_the_generic_national_rfc_passes_although_its_digit_does_not():
    assert rfc.check_digit(rfc.GENERIC_NATIONAL) != rfc.GENERIC_NATIONAL[-1]
    assert rfc.has_valid_check_digit(rfc.GENERIC_NATIONAL)


def test_a_mistyped_character_is_noticed():
    assert not rfc.has_valid_check_digit("EKU9003183C9")
    assert not rfc.has_valid_check_digit("AAA010101AAA")


@pytest.mark.parametrize(
    "code", ["", None, "EKU900317", "EKU9013173C9", "EKU9003323C9", "eku9003173c9", "EKU9003173CB", " EKU9003173C9"]
)
def test_what_has_not_the_shape_of_an_rfc(code):
    assert not rfc.is_well_formed(code)
    assert not rfc.has_valid_check_digit(code)


def test_check_digit_refuses_what_is_not_an_rfc():
    with pytest.raises(ValueError):
        rfc.check_digit("HELLO")


def test_kind_of_person():
    assert rfc.person_type("EKU9003173C9") is rfc.PersonType.LEGAL
    assert rfc.person_type("CACX7605101P8") is rfc.PersonType.NATURAL
    assert rfc.person_type(rfc.GENERIC_NATIONAL) is rfc.PersonType.NATURAL
    assert rfc.person_type("X") is None
    assert rfc.person_type(None) is None


@pytest.mark.parametrize("typed", ["eku-900317-3c9", " EKU 900317 3C9 ", "EKU.900317/3C9"])
def test_normalize_what_people_type(typed):
    assert rfc.normalize(typed) == "EKU9003173C9"


@settings(deadline=None)
@given(st.from_regex(rfc.PATTERN, fullmatch=True))
def test_replacing_the_last_character_by_the_check_digit_always_passes(code):
    assert rfc.has_valid_check_digit(code[:-1] + rfc.check_digit(code))
