"""A sealed document, its stamp, and another one's."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from gym_cfdi.domain.seal import seal
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.documents import invoice
from gym_cfdi.domain.tests.stamps import stamp

UUID = "6F9619FF-8B86-4D01-B42D-00CF4FC964FF"


@cache
def sealed(folio="1"):
    """The bytes of a sealed invoice."""
    return seal(replace(invoice(), folio=folio), csd()).xml


def stamped(folio="1", uuid=UUID):
    """The bytes that a PAC answers with."""
    return stamp(sealed(folio), uuid, datetime(2026, 11, 2, 9, 31))
