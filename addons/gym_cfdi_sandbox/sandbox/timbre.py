"""Making the stamp: a TimbreFiscalDigital signed by the sandbox, which says of itself that it is worth nothing."""

from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from uuid import uuid4

from lxml import etree

from odoo.addons.gym_cfdi.domain import tfd
from odoo.addons.gym_cfdi.domain.builder import cadena_of_timbre
from odoo.addons.gym_cfdi.domain.csd import Csd
from odoo.addons.gym_cfdi.domain.model import TimbreFiscalDigital
from odoo.addons.gym_cfdi.domain.schema_names import NAMESPACES, XSI, qualified

NUMBER = "30009000000000000001"
LEGEND = "SANDBOX - SIN VALIDEZ FISCAL"
_KEY = Path(__file__).parent / "data" / f"{NUMBER}.key"
_PASSWORD = "12345678a"

_TFD = NAMESPACES["tfd"]
_TAG = qualified("tfd:TimbreFiscalDigital")
_COMPLEMENT, _ADDENDA = qualified("cfdi:Complemento"), qualified("cfdi:Addenda")


@cache
def signer():
    """Return the sandbox's own :class:`~..domain.csd.Csd`, in the place of the SAT's."""
    certificate = (tfd.TEST_CERTIFICATES / f"{NUMBER}.cer").read_bytes()
    return Csd.load(certificate, _KEY.read_bytes(), _PASSWORD, is_known=True)


def make(sello, at):
    """Return a signed :class:`~..domain.model.TimbreFiscalDigital` with a new UUID.

    :param str sello: of the document
    :param datetime at: naive local time of central Mexico
    """
    certificate = signer().certificate
    timbre = TimbreFiscalDigital(
        uuid=str(uuid4()).upper(),
        fecha_timbrado=at,
        rfc_prov_certif=certificate.rfc,
        leyenda=LEGEND,
        sello_cfd=sello,
        no_certificado_sat=certificate.number,
        sello_sat="",
    )
    return sign(timbre)


def sign(timbre):
    """Return ``timbre`` with the signature that belongs to its content."""
    return replace(timbre, sello_sat=signer().sign(cadena_of_timbre(timbre)))


def element_of(timbre):
    """Return the XML element of a stamp."""
    element = etree.Element(_TAG, nsmap={"tfd": _TFD.uri, "xsi": XSI})
    element.set(f"{{{XSI}}}schemaLocation", f"{_TFD.uri} {_TFD.xsd}")
    for field in fields(timbre):
        value = getattr(timbre, field.name)
        if value is not None:
            text = value if isinstance(value, str) else value.isoformat(timespec="seconds")
            element.set(field.metadata["attribute"], text)
    return element


def put(timbre, root):
    """Put a stamp into the parsed document and return the bytes of the CFDI."""
    complement = root.find(_COMPLEMENT)
    if complement is None:
        complement = etree.Element(_COMPLEMENT, nsmap={"cfdi": NAMESPACES["cfdi"].uri})
        addenda = root.find(_ADDENDA)
        root.insert(len(root) if addenda is None else root.index(addenda), complement)
    complement.append(element_of(timbre))
    return serialize(root)


def serialize(root):
    """Return the bytes of a parsed document."""
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
