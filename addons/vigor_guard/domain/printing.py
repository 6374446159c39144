"""What a page would make a program fetch that prints it."""

import base64
import binascii
import re
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from lxml import etree, html

FETCHED = ("src", "srcset", "data", "poster", "background", "href", "xlink:href", "srcdoc", "manifest", "codebase")
FOLLOWED_BY_PEOPLE = ("a", "area")  # their href is fetched by nobody
# What a printed page needs: the layout's styles, and the pictures that Odoo itself serves
OWN_PATHS = re.compile(r"/(web/(assets|image|content|static)/|logo|report/barcode|[a-z0-9_]+/static/)")
CSS_ADDRESS = re.compile(r"""(?:\burl\(\s*|@import\s+(?!url))["']?([^"')\s;]*)""", re.I)
CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
CSS_ESCAPE = re.compile(r"\\([0-9a-f]{1,6})\s?", re.I)
REFRESH = re.compile(r"\burl\s*=\s*[\"']?([^\"']*)", re.I)
# Pictures and fonts that hold nothing but themselves; an SVG is a page of its own
CLOSED_DATA = re.compile(r"data:(image/(png|jpe?g|gif|webp|bmp|x-icon)|font/|application/(x-)?font)", re.I)


def foreign_addresses(page, own=()):
    """Return what a program would fetch while it prints ``page``, apart from ``data:`` and Odoo's own.

    Programs read HTML in more than one way: what stands in comments, attributes and scripts and looks like markup
    counts too, because one of them may take it for such.

    :param str page: HTML
    :param own: base addresses under which Odoo serves its styles and pictures, such as ``https://gym.example.com``
    """
    root = _parse(page)
    return [] if root is None else [address for _element, _name, address in _foreign(root, own)]


def without_foreign(page, own=()):
    """Return ``page`` without what :func:`foreign_addresses` finds in it; the very same when that is nothing."""
    if not foreign_addresses(page, own):
        return page
    root = _parse(page)
    for element, name, _address in list(_foreign(root, own)):
        if name:
            element.attrib.pop(name, None)
        else:
            element.text = ""
    return html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")


def _parse(page):
    """Return the root of a page, ``None`` when there is nothing in it."""
    content = (page or "").replace("\0", "").strip().encode("utf-8", "replace")
    try:
        return html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8")) if content else None
    except etree.ParserError:
        return None


def _foreign(root, own):
    """Yield element, name of the attribute (``None``: its text) and address."""
    for element in root.iter():
        for name, address in _addresses(element):
            is_base = element.tag == "base" and name == "href"
            if not (_is_base(address, own) if is_base else _is_own(address, own)):
                yield element, name, address


def _addresses(element):
    """Yield name of the attribute (``None``: the text) and address of all that an element alone makes one fetch."""
    is_markup = isinstance(element.tag, str)
    for name, value in element.attrib.items() if is_markup else ():
        for address in _in_attribute(element.tag, name.lower(), value):
            yield name, address
    if not is_markup or element.tag in ("style", "script"):
        css = _in_css(element.text) if element.tag == "style" else []
        for address in [*css, *_in_markup(element.text)]:
            yield None, address


def _in_attribute(tag, name, value):
    if name in FETCHED and not (name == "href" and tag in FOLLOWED_BY_PEOPLE):
        return value.split() if name == "srcset" else [value]
    refresh = REFRESH.findall(value) if tag == "meta" and name == "content" else []
    return [*_in_css(value), *refresh, *_in_markup(value)]


def _in_markup(text):
    """What a text would fetch if a program took it for markup."""
    text = (text or "").lstrip("->! ")
    root = _parse(text) if "<" in text else None
    return [] if root is None else [address for one in root.iter() for _name, address in _addresses(one)]


def _in_css(css):
    plain = CSS_ESCAPE.sub(lambda found: _letter(found[1]), CSS_COMMENT.sub("", css or "")).replace("\\", "")
    return CSS_ADDRESS.findall(plain)


def _letter(code):
    number = int(code, 16)
    return chr(number) if number < 0x110000 else ""


def _is_own(address, own):
    plain = re.sub(r"[\x00-\x20]", "", address)  # browsers leave these out of addresses
    if not plain or plain.startswith("#"):
        return True
    if plain.lower().startswith("data:"):
        return bool(CLOSED_DATA.match(plain)) or not foreign_addresses(_read_data(address), own)
    parts = _split(plain)
    path = unquote(parts.path) if parts else ""
    return _is_base(plain, own) and ".." not in path and bool(OWN_PATHS.match(path))


def _is_base(address, own):
    parts = _split(address.strip())
    return bool(parts) and parts[:2] in {urlsplit(base)[:2] for base in own} | {("", "")}


def _split(address):
    try:
        return urlsplit(address.replace("\\", "/"))
    except ValueError:
        return None


def _read_data(address):
    """Return the text that a ``data:`` address holds; of bytes that are none, a picture that is foreign."""
    head, _comma, body = address.partition(",")
    content = unquote_to_bytes(body)
    try:
        content = base64.b64decode(content) if head.lower().rstrip().endswith("base64") else content
    except binascii.Error:
        return '<img src="data-that-cannot-be-read">'
    return content.decode("utf-8", "replace")
