"""Whether a row and somebody already known are the same person.

Families share e-mails and phones, so neither is enough: the names must agree, and birth dates must not contradict.
"""

from dataclasses import dataclass
from datetime import date

from ..search import normalise

KEY, EMAIL_BIRTHDATE, PHONE, EMAIL, NAME_BIRTHDATE = "key", "email_birthdate", "phone", "email", "name_birthdate"
_PARTICLES = {"de", "del", "la", "las", "los", "y", "da", "van", "von", "mc", "san"}


@dataclass(frozen=True)
class Person:
    """What identifies somebody.

    :param ref: whatever the caller knows them by
    :param str name: full name
    :param str email: in lower case, or empty
    :param str phone: ``+525512345678``, or empty
    :param date birthdate: or None
    :param str key: ``source:id``, or empty
    """

    ref: object
    name: str
    email: str = ""
    phone: str = ""
    birthdate: date | None = None
    key: str = ""


@dataclass(frozen=True)
class Match:
    """The people a row may be: exactly one in ``people`` is a match, several are an open question.

    :param str how: the rule that found them
    """

    people: tuple
    how: str


def find_match(person, candidates):
    """Return the :class:`Match` of ``person`` among ``candidates`` by the strongest rule that finds any, or None."""
    candidates = tuple(candidates)
    if person.key and (same := tuple(other for other in candidates if other.key == person.key)):
        return Match(same, KEY)
    possible = [other for other in candidates if _may_be_same(person, other)]
    rules = (
        (EMAIL_BIRTHDATE, lambda other: _same(person.email, other.email) and _same_birth(person, other)),
        (PHONE, lambda other: _same(person.phone, other.phone)),
        (EMAIL, lambda other: _same(person.email, other.email)),
        (NAME_BIRTHDATE, lambda other: _is_namesake_of_same_age(person, other)),
    )
    for how, rule in rules:
        found = [other for other in possible if rule(other)]
        exact = [other for other in found if normalise(other.name) == normalise(person.name)]
        if found:
            return Match(tuple(exact or found), how)
    return None


def shared_keys(people):
    """Return those of the ids in a file that several people bear, as families do with one number.

    :param people: iterable of (id, name) in the order of the file; rows without an id do not count
    """
    first, shared = {}, set()
    for key, name in people:
        if key and not _may_be_one(first.setdefault(key, name), name):
            shared.add(key)
    return shared


def _may_be_one(one, two):
    return one.casefold() == two.casefold() or names_agree(one, two)


def names_agree(one, two):
    """Tell whether two spellings may be one person's: equal, or all the words of the shorter are in the longer one.

    One word in common is not enough ("Ana" and "Ana López" agree with too many people), nor is a family name.
    """
    first, second = sorted((_words(one), _words(two)), key=len)
    return bool(first) and (first == second or (len(first) > 1 and first <= second))


def _may_be_same(person, other):
    if person.birthdate and other.birthdate and person.birthdate != other.birthdate:
        return False
    if _have_different_ids(person.key, other.key) and not _same_birth(person, other):
        return False
    return names_agree(person.name, other.name)


def _is_namesake_of_same_age(person, other):
    """Tell whether name and birth date alone identify them: not when one system keeps them as two."""
    if _have_different_ids(person.key, other.key):
        return False
    return _same_birth(person, other) and normalise(person.name) == normalise(other.name)


def _have_different_ids(one, two):
    """Tell whether the same system knows them by two ids; fingerprints (``~``) are no ids."""
    source, _colon, code = one.partition(":")
    other_source, _colon, other_code = two.partition(":")
    is_id = code and other_code and not code.startswith("~") and not other_code.startswith("~")
    return bool(is_id and source == other_source and code != other_code)


def _same_birth(person, other):
    return _same(person.birthdate, other.birthdate)


def _same(one, two):
    return bool(one) and one == two


def _words(name):
    return set(normalise(name).split()) - _PARTICLES
