"""What a PAC adds to a sealed document, signed with a key of the tests."""

from dataclasses import replace
from datetime import datetime

from .. import model
from ..builder import build, cadena_of_timbre
from ..reader import read
from .certificates import NUMBER, csd


def stamp(xml, uuid, at=datetime(2026, 11, 21, 12, 1)):
    """The bytes with which a PAC answers, stamped at ``at`` of Mexico City."""
    document = read(xml)
    timbre = model.TimbreFiscalDigital(
        uuid=uuid,
        fecha_timbrado=at,
        rfc_prov_certif="SPR190613I52",
        sello_cfd=document.sello,
        no_certificado_sat=NUMBER,
        sello_sat="",
    )
    timbre = replace(timbre, sello_sat=csd().sign(cadena_of_timbre(timbre)))
    return build(replace(document, complementos=(*document.complementos, timbre)))
