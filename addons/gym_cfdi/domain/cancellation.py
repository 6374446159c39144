"""The request to cancel: the SAT's Cancelacion document, signed at home so that the key never leaves.

It is an enveloped XMLDSig (C14N 20010315, RSA-SHA1, as the SAT's service asks) by the issuer's CSD.
"""

import base64
import hashlib
import io
from dataclasses import dataclass
from enum import Enum
from xml.sax.saxutils import escape, quoteattr

from cryptography.hazmat.primitives.hashes import SHA1
from lxml import etree

NAMESPACE = "http://cancelacfd.sat.gob.mx"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_SCOPE = 'xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

# Written in canonical form: libxml2 canonicalises a subtree wrongly (it adds xmlns="" to the children), and the
# namespaces of the envelope are in scope of what is signed.
_SIGNED_INFO = (
    f'<SignedInfo xmlns="{_DSIG}" {_SCOPE}>'
    '<CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315"></CanonicalizationMethod>'
    f'<SignatureMethod Algorithm="{_DSIG}rsa-sha1"></SignatureMethod>'
    '<Reference URI=""><Transforms>'
    f'<Transform Algorithm="{_DSIG}enveloped-signature"></Transform></Transforms>'
    f'<DigestMethod Algorithm="{_DSIG}sha1"></DigestMethod>'
    "<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
)


class Motive(str, Enum):
    """Why a CFDI is cancelled (c_MotivoCancelacion)."""

    ERRORS_WITH_RELATION = "01"
    ERRORS_WITHOUT_RELATION = "02"
    NOT_CARRIED_OUT = "03"
    NOMINATIVE_IN_GLOBAL = "04"


@dataclass(frozen=True)
class Folio:
    """One CFDI to cancel.

    :param str uuid: its folio fiscal
    :param Motive motive: 01 needs the substitute, the others must not have one (SAT codes 208 and 209)
    :param str substitute: UUID of the CFDI that replaces it, issued before with relation 04
    """

    uuid: str
    motive: Motive
    substitute: str = ""

    def __post_init__(self):
        object.__setattr__(self, "motive", Motive(self.motive))
        if (self.motive is Motive.ERRORS_WITH_RELATION) != bool(self.substitute):
            raise ValueError("motive 01, and no other, names the CFDI that replaces the cancelled one")


def request(rfc, at, folios, csd):
    """Return the signed request as UTF-8 bytes.

    :param str rfc: the issuer's
    :param datetime at: naive local time of the issuer, as in Fecha
    :param folios: list of :class:`Folio`
    :param csd: :class:`~.csd.Csd` of the issuer
    """
    document = _document(rfc, at, folios)
    digest = base64.b64encode(hashlib.sha1(_canonical(document)).digest()).decode()
    signed_info = _SIGNED_INFO.format(digest=digest)
    signature = _signature(signed_info, csd)
    return document.replace("</Cancelacion>", f"{signature}</Cancelacion>").encode()


def verifies(xml, certificate):
    """Tell whether a signed request is whole and was signed with ``certificate``.

    :param bytes xml: the signed request
    :param certificate: :class:`~.csd.Certificate`
    """
    root = etree.fromstring(xml, etree.XMLParser(remove_blank_text=True, resolve_entities=False, no_network=True))
    signature = root.find(f"{{{_DSIG}}}Signature")
    if signature is None:
        return False
    digest = signature.findtext(f".//{{{_DSIG}}}DigestValue")
    root.remove(signature)
    expected = base64.b64encode(hashlib.sha1(_canonical(etree.tostring(root))).digest()).decode()
    value = signature.findtext(f"{{{_DSIG}}}SignatureValue") or ""
    return digest == expected and certificate.verifies(value, _SIGNED_INFO.format(digest=digest), SHA1())


def read_folios(xml):
    """Return the issuer's RFC and the list of :class:`Folio` of a request."""
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    folios = [
        Folio(node.get("UUID"), node.get("Motivo"), node.get("FolioSustitucion", ""))
        for node in root.iter(f"{{{NAMESPACE}}}Folio")
    ]
    return root.get("RfcEmisor"), folios


def _document(rfc, at, folios):
    nodes = "".join(
        f'<Folios><Folio UUID={quoteattr(folio.uuid)} Motivo="{folio.motive.value}"'
        + (f" FolioSustitucion={quoteattr(folio.substitute)}" if folio.substitute else "")
        + "></Folio></Folios>"
        for folio in folios
    )
    return (
        f'<Cancelacion xmlns="{NAMESPACE}" {_SCOPE} RfcEmisor={quoteattr(rfc)} Fecha="{at:%Y-%m-%dT%H:%M:%S}">'
        f"{nodes}</Cancelacion>"
    )


def _canonical(xml):
    canonical = io.BytesIO()
    etree.ElementTree(etree.fromstring(xml)).write_c14n(canonical)
    return canonical.getvalue()


def _signature(signed_info, csd):
    certificate = csd.certificate
    # in the document the namespaces are in scope already
    written = signed_info.replace(f' xmlns="{_DSIG}" {_SCOPE}', "", 1)
    return (
        f'<Signature xmlns="{_DSIG}">{written}'
        f"<SignatureValue>{csd.sign(signed_info, SHA1())}</SignatureValue><KeyInfo><X509Data><X509IssuerSerial>"
        f"<X509IssuerName>{escape(certificate.issuer_name)}</X509IssuerName>"
        f"<X509SerialNumber>{certificate.number}</X509SerialNumber></X509IssuerSerial>"
        f"<X509Certificate>{certificate.base64}</X509Certificate></X509Data></KeyInfo></Signature>"
    )
