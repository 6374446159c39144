"""Where a request comes from, and where one may go."""

import ipaddress

NAT64 = ipaddress.ip_network("64:ff9b::/96")
# One subscriber's line: with IPv6 a client has 2^64 addresses of its own (RFC 6177 and 7421).
IPV6_LINE = 64


def group_address(address):
    """Return what limits by address count by: an IPv4 address as it is, of an IPv6 one its ``/64``.

    :param str address: as the server names its client; an IPv4 address written as IPv6 is that IPv4 address
    :return: ``203.0.113.7`` or ``2001:db8:1:2::/64``; what is no address stays as it is
    :rtype: str
    """
    try:
        parsed = ipaddress.ip_address((address or "").strip().partition("%")[0])
    except ValueError:
        return address or ""
    if parsed.version == 4:
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed, IPV6_LINE), strict=False))


def is_public(address):
    """Tell whether ``address`` is one of the public internet, whatever it is wrapped in.

    Loopback, private, link-local, multicast and reserved ones are not, nor IPv6 ones that carry such an IPv4 address
    (mapped, 6to4, Teredo, NAT64). What is no address is not either.
    """
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    if parsed in NAT64:
        return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    if not parsed.is_global or parsed.is_multicast or parsed.is_reserved:
        return False
    return parsed.version == 4 or all(is_public(str(inner)) for inner in _carried(parsed))


def _carried(address):
    """The IPv4 addresses that an IPv6 one of a tunnel carries."""
    return [inner for inner in (address.ipv4_mapped, address.sixtofour, *(address.teredo or ())) if inner]
