import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..network import group_address, is_public


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1%eth0", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("unix:", "unix:"),
        ("", ""),
        (None, ""),
    ],
)
def test_an_address_is_counted_with_its_line(address, network):
    assert group_address(address) == network


@given(st.ip_addresses(v=6, network="2001:db8:1:2::/64"))
def test_all_addresses_of_a_line_are_one(address):
    assert group_address(str(address)) == "2001:db8:1:2::/64"


@given(st.ip_addresses(v=4))
def test_each_ipv4_address_is_its_own_however_it_is_written(address):
    assert group_address(str(address)) == group_address(f"::ffff:{address}") == str(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_public_addresses(address):
    assert is_public(address)


# fmt: off
INSIDE = [
    "127.0.0.1", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2002:a00:1::1", "localhost",
]
# fmt: on


@pytest.mark.parametrize("address", [*INSIDE, "", None])
def test_what_is_inside_or_no_address_is_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_is_as_public_in_ipv6(address):
    embedded = ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) + int(address))
    assert is_public(str(embedded)) == is_public(str(address))
