"""What a page would make a program fetch that prints it."""

import re
from urllib.parse import unquote, urlsplit

from lxml import html

FETCHED = ("src", "srcset", "data", "poster", "background", "href", "xlink:href", "srcdoc")
FOLLOWED_BY_PEOPLE = ("a", "area", "base")  # their href is fetched by nobody, or is the layout's
# What a printed page needs: the layout's styles, and the pictures that Odoo itself serves
OWN_PATHS = re.compile(r"/(web/(assets|image|content|static)/|logo|report/barcode|[a-z0-9_]+/static/)")
CSS_ADDRESS = re.compile(r"""(?:\burl\(\s*|@import\s+(?!url))["']?([^"')\s;]*)""", re.I)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.I)


def foreign_addresses(page, own=()):
    """Return what a program would fetch while it prints ``page``, apart from ``data:`` and Odoo's own.

    :param str page: HTML
    :param own: base addresses under which Odoo serves its styles and pictures, such as ``https://gym.example.com``
    """
    if not (page or "").strip():
        return []
    return [address for _element, _name, address in _foreign(html.fromstring(page), own)]


def without_foreign(page, own=()):
    """Return ``page`` without what :func:`foreign_addresses` finds in it; the very same when that is nothing."""
    if not foreign_addresses(page, own):
        return page
    root = html.document_fromstring(page)
    for element, name, _address in list(_foreign(root, own)):
        if name:
            element.attrib.pop(name, None)
        else:
            element.text = ""
    return html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")


def _foreign(root, own):
    """Yield element, name of the attribute (``None``: its text) and address."""
    for element in root.iter("*"):
        for name, value in element.attrib.items():
            for address in _in_attribute(element.tag, name.lower(), value):
                if not _is_own(address, own):
                    yield element, name, address
        if element.tag == "style":
            yield from ((element, None, address) for address in _in_css(element.text) if not _is_own(address, own))


def _in_attribute(tag, name, value):
    if name == "style":
        return _in_css(value)
    if name not in FETCHED or (name == "href" and tag in FOLLOWED_BY_PEOPLE):
        return []
    return value.split() if name == "srcset" else [value]


def _in_css(css):
    plain = CSS_ESCAPE.sub(lambda found: _letter(found[1]), CSS_COMMENT.sub("", css or "")).replace("\\", "")
    return CSS_ADDRESS.findall(plain)


def _letter(code):
    number = int(code, 16)
    return chr(number) if number < 0x110000 else ""


def _is_own(address, own):
    plain = re.sub(r"[\x00-\x20]", "", address)  # browsers leave these out of addresses
    if not plain or plain.startswith("#") or plain.lower().startswith("data:"):
        return True
    try:
        parts = urlsplit(plain.replace("\\", "/"))
    except ValueError:
        return False
    bases = {urlsplit(base)[:2] for base in own} | {("", "")}
    path = unquote(parts.path)
    return parts[:2] in bases and ".." not in path and bool(OWN_PATHS.match(path))
