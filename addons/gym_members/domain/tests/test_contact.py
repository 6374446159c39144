import pytest

from gym_members.domain.contact import is_email, is_mexican_zip


@pytest.mark.parametrize("text", ["ana@correo.mx", " ana.lopez+gym@sub.correo.com.mx ", "a@b.co", "ñ@correo.mx"])
def test_addresses_that_mail_reaches(text):
    assert is_email(text)


@pytest.mark.parametrize(
    "text", ["", None, "equis@example", "ana", "ana@.mx", "ana@correo..mx", "a b@c.mx", "a@b.mx,c@d.mx"]
)
def test_what_no_mail_reaches(text):
    assert not is_email(text)


def test_a_postal_code_has_five_digits():
    assert is_mexican_zip("06700")
    assert not any(is_mexican_zip(text) for text in ("ABCDE", "6700", "067000", " 06700", "", None, "٠٦٧٠٠"))
