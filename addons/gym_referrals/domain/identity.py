"""What two people may share, written one way however it was typed: phones, mail boxes, cards, devices, networks, homes.

Each function returns the value to compare, or ``""`` when the text says nothing ("N/A", "0000000000").
"""

import ipaddress
import re
import unicodedata
from difflib import SequenceMatcher

KINDS = ("phone", "email", "card", "device", "ip", "address", "mailbox")
_NOTHING = """
    na n/a n.a. n.a nan none null nil nulo ninguno ninguna no s/n sn sin x xx xxx - -- --- . ? 0 desconocido
    unknown sin-correo@sin-correo.com noreply@example.com sincorreo@gmail.com correo@correo.com no@no.com
"""
NOTHING = frozenset(_NOTHING.split())
# Providers that ignore dots in a name; the others deliver to different people
DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
# A mobile of Mexico has ten digits; before them stand 52, the 521 of old, or the prefixes 01, 044 and 045
PHONE_PREFIXES = ("52", "521", "52044", "52045", "01", "044", "045", "0052", "00521")
PHONE_DIGITS = 10
# The words of a mailbox's name that many people have in common are judged by how many share them
LEAST_LETTERS = 5
STREET_WORDS = {
    "av": "avenida",
    "ave": "avenida",
    "avda": "avenida",
    "blvd": "boulevard",
    "bulevar": "boulevard",
    "blv": "boulevard",
    "c": "",
    "calle": "",
    "cda": "cerrada",
    "priv": "privada",
    "prol": "prolongacion",
    "calz": "calzada",
    "carr": "carretera",
    "pte": "poniente",
    "ote": "oriente",
    "nte": "norte",
    "sta": "santa",
    "sto": "santo",
    "gral": "general",
    "dr": "doctor",
    "ing": "ingeniero",
    "lic": "licenciado",
}
_FILLERS = """
    no num numero nro n ext exterior int interior depto departamento dpto dep apt apto apartamento piso col
    colonia fracc fraccionamento cp mz manzana lt lote de del la las el los y mexico mx
"""
FILLERS = frozenset(_FILLERS.split())


def plain(text):
    """Lower case without accents or spaces at the ends; ``""`` for what stands for nothing."""
    text = unicodedata.normalize("NFKD", str(text or "")).encode("ascii", "ignore").decode().strip().lower()
    return "" if text in NOTHING else text


def phone(text):
    """Ten digits for a number of Mexico, else all its digits; fewer than seven, or one digit repeated, is no number."""
    digits = re.sub(r"\D", "", plain(text))
    if digits[:-PHONE_DIGITS] in PHONE_PREFIXES:
        digits = digits[-PHONE_DIGITS:]
    return digits if len(digits) >= 7 and len(set(digits)) > 1 else ""


def email(text):
    """The box that the mail reaches: without what follows a ``+``, nor dots where the provider ignores them."""
    name, at, domain = plain(text).replace(" ", "").rpartition("@")
    if not at or not name or "." not in domain:
        return ""
    name = name.split("+")[0]
    if domain in DOTLESS:
        name, domain = name.replace(".", ""), DOTLESS[domain]
    return f"{name}@{domain}" if name else ""


def mailbox(text):
    """The letters of the name alone, so that ``ana.ruiz2`` is like ``anaruiz``; ``""`` when too few to tell."""
    letters = re.sub(r"[^a-z]", "", email(text).partition("@")[0])
    return letters if len(letters) >= LEAST_LETTERS else ""


def address(text):
    """Street, numbers and ZIP in one spelling: without accents, abbreviations, signs, or words such as *colonia*."""
    words = re.findall(r"[a-z]+|\d+", plain(text))
    words = [STREET_WORDS.get(word, word) for word in words]
    words = [word.lstrip("0") or word for word in words if word and word not in FILLERS]
    return " ".join(words) if any(word.isalpha() for word in words) else ""


def ip(text):
    """The network seen from outside: the address itself in IPv4, the /64 of the home in IPv6."""
    text = plain(text)
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return text
    if found.is_loopback or found.is_unspecified:
        return ""
    found = getattr(found, "ipv4_mapped", None) or found
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


def mark(text):
    """An opaque mark such as a card's fingerprint or a device's number."""
    text = re.sub(r"\s+", "", plain(text))
    return text if set(text) - set("0*-") else ""


def is_last_digits(card):
    """Whether a card is known by its last four digits alone, which one in ten thousand strangers has too."""
    return len(re.sub(r"\D", "", card)) == 4 and not re.search(r"[a-z]", card)


def is_alike(kind, one, other):
    """Whether two different values are one with a slip in it: a digit of a phone, a sign of a home or mail box."""
    if kind == "phone":
        return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) == 1
    if kind == "address":
        return _is_alike_home(one, other)
    return kind == "email" and one.partition("@")[2] == other.partition("@")[2] and _is_near(one, other, 0.93)


def _is_alike_home(one, other):
    numbers = [re.findall(r"\d+", each) for each in (one, other)]
    if not all(numbers) or numbers[0][0] != numbers[1][0]:
        return False
    short, long = sorted((one, other), key=len)
    return f"{long} ".startswith(f"{short} ") or _is_near(one, other, 0.9)


def _is_near(one, other, ratio):
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ratio


READERS = {
    "phone": phone,
    "email": email,
    "card": mark,
    "device": mark,
    "ip": ip,
    "address": address,
    "mailbox": mailbox,
}


def read(row):
    """The values of a person, by kind, that say something; ``row`` has the columns of ``people.csv``."""
    texts = {kind: row.get("email" if kind == "mailbox" else kind) for kind in KINDS}
    found = {kind: READERS[kind](text) for kind, text in texts.items()}
    return {kind: value for kind, value in found.items() if value}
