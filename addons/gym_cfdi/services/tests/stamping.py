"""A sealed document, its stamp, and another one's."""

from dataclasses import replace
from datetime import datetime
from functools import cache

from gym_cfdi.domain import model
from gym_cfdi.domain.builder import build, cadena_of_timbre
from gym_cfdi.domain.reader import read
from gym_cfdi.domain.seal import seal
from gym_cfdi.domain.tests.certificates import NUMBER, csd
from gym_cfdi.domain.tests.documents import invoice

UUID = "6F9619FF-8B86-4D01-B42D-00CF4FC964FF"


@cache
def sealed(folio="1"):
    """The bytes of a sealed invoice."""
    return seal(replace(invoice(), folio=folio), csd()).xml


def stamped(folio="1", uuid=UUID):
    """The bytes that a PAC answers with."""
    document = read(sealed(folio))
    timbre = model.TimbreFiscalDigital(
        uuid=uuid,
        fecha_timbrado=datetime(2026, 11, 2, 9, 31),
        rfc_prov_certif="SPR190613I52",
        sello_cfd=document.sello,
        no_certificado_sat=NUMBER,
        sello_sat="",
    )
    timbre = replace(timbre, sello_sat=csd().sign(cadena_of_timbre(timbre)))
    return build(replace(document, complementos=(*document.complementos, timbre)))
