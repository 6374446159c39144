"""One value, however it is written; nothing, however it is said."""

import pytest

from gym_referrals.domain import identity


@pytest.mark.parametrize(
    "text",
    ["5512345678", "+52 55 1234 5678", "521 55 12 34 56 78", "(55) 1234-5678", "044 5512345678", "01 55 1234 5678"],
)
def test_a_mobile_of_mexico_is_ten_digits(text):
    assert identity.phone(text) == "5512345678"


def test_a_number_from_abroad_keeps_its_country():
    assert identity.phone("+1 (212) 555-0100") == "12125550100"


@pytest.mark.parametrize("text", ["", None, "N/A", "0000000000", "12345", "sin"])
def test_what_is_no_phone_is_nothing(text):
    assert identity.phone(text) == ""


def test_aliases_of_a_mail_box_are_one():
    boxes = ["Ana.Ruiz@gmail.com", "anaruiz+gym@googlemail.com", " a.n.a.ruiz@GMAIL.com "]
    assert {identity.email(each) for each in boxes} == {"anaruiz@gmail.com"}


def test_dots_tell_people_apart_where_the_provider_does():
    assert identity.email("ana.ruiz@outlook.com") != identity.email("anaruiz@outlook.com")
    assert identity.mailbox("ana.ruiz2@outlook.com") == identity.mailbox("anaruiz@yahoo.com.mx")


@pytest.mark.parametrize(
    "text",
    [
        "Av. Insurgentes Sur 123, Col. Del Valle, 03100",
        "AVENIDA INSURGENTES SUR # 123 COL DEL VALLE CP 03100",
        "av insurgentes sur no. 123, del valle 3100",
    ],
)
def test_a_home_has_one_spelling(text):
    assert identity.address(text) == "avenida insurgentes sur 123 valle 3100"


def test_the_flats_of_a_building_are_different_homes():
    assert identity.address("Juárez 10 int. 3") != identity.address("Juárez 10 int. 4")


def test_a_home_without_its_suburb_is_alike():
    whole, short = identity.address("Juárez 10, Col. Roma, 06700"), identity.address("Juarez 10")
    assert identity.is_alike("address", whole, short)
    assert not identity.is_alike("address", whole, identity.address("Juárez 12"))


def test_a_slip_in_a_phone_is_alike_and_two_are_not():
    assert identity.is_alike("phone", "5512345678", "5512345679")
    assert not identity.is_alike("phone", "5512345678", "5512345689")


def test_a_home_of_ipv6_is_its_network():
    assert identity.ip("2806:10a:5:1::9") == identity.ip("2806:10a:5:1:ffff::2") == "2806:10a:5:1::/64"
    assert identity.ip("::ffff:187.1.2.3") == identity.ip("187.1.2.3")


def test_what_says_nothing_is_left_out():
    row = {
        "phone": "N/A",
        "email": "sin-correo@sin-correo.com",
        "card": "****",
        "device": " ",
        "ip": "",
        "address": "S/N",
    }
    assert identity.read(row) == {}
