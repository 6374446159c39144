"""Permanent references: the number for the store and the CLABE that one payer keeps, for any amount at any time."""

from dataclasses import dataclass

from .clabe import is_clabe
from .networks import CONEKTA, DIGITAL_FEMSA
from .order_reading import Malformed, link_of

CASH, SPEI = "cash", "spei"
# Network -> kinds of references that it gives
KINDS = {CONEKTA.code: (CASH, SPEI), DIGITAL_FEMSA.code: (CASH,)}
SOURCE_TYPES = {CASH: "cash_recurrent", SPEI: "spei_recurrent"}
# How often missed notifications are made up for reaches back so long
LOOK_BACK_S = 3 * 86400


@dataclass(frozen=True)
class Source:
    """What a network made for a payer."""

    id: str
    reference: str
    barcode_url: str


def read_source(data, kind):
    """Return the :class:`Source` of an answer.

    :param dict data: the JSON of a payment source
    :raise Malformed: when it has no number, or a CLABE with a wrong digit, to which money would get lost
    """
    source_id, reference = data.get("id"), data.get("reference")
    if not all(isinstance(value, str) and value for value in (source_id, reference)):
        raise Malformed("the source has no number.")
    if kind == SPEI and not is_clabe(reference):
        raise Malformed("the CLABE has a wrong digit.")
    return Source(source_id, reference, link_of(data.get("barcode_url")))
