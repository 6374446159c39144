"""Where the credentials of an account may be sent to."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

# Nothing that two readers of addresses could understand differently: no user, query, fragment, backslash or space
_SHAPE = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?(?:/[a-z0-9._~/-]*)?", re.IGNORECASE)

MALFORMED, UNENCRYPTED, FOREIGN = "malformed", "unencrypted", "foreign"


def problem_of(url, domains, *, production, any_host=False):
    """Return why credentials must not go to ``url``, or ``None`` when they may.

    :param str url: as typed; empty means the provider's own, which is always right
    :param domains: the provider's domains; their subdomains are the provider's too
    :param bool production: of an account whose stamps count: never without encryption
    :param bool any_host: anyone who chooses it answers for the whole server
    :return: :data:`MALFORMED`, :data:`UNENCRYPTED` or :data:`FOREIGN`
    """
    if not url:
        return None
    if not _SHAPE.fullmatch(url):
        return MALFORMED
    address = urlsplit(url)
    host = (address.hostname or "").rstrip(".")
    if address.scheme.lower() != "https" and (production or not is_loopback(host)):
        return UNENCRYPTED
    is_own = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    return None if is_own or any_host else FOREIGN


def is_loopback(host):
    """Tell whether a host is this machine, by its name or its address.

    >>> is_loopback("localhost"), is_loopback("127.0.0.9"), is_loopback("::1"), is_loopback("127.0.0.1.example.com")
    (True, True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
