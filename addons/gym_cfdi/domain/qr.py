"""The QR of a printed CFDI, which leads to the SAT's verification page (Anexo 20, II.D)."""

import io
from urllib.parse import quote

from .errors import StampError

VERIFICATION_PAGE = "https://verificacfdi.facturaelectronica.sat.gob.mx/default.aspx"
SELLO_CHARACTERS = 8


def url_of(comprobante):
    """Return the address in the QR of a stamped document.

    An RFC may hold ``&`` and ``Ñ``: both are percent-encoded, or the page would read half an RFC.

    :raise StampError: when the document has no stamp
    """
    timbre = comprobante.timbre
    if timbre is None or not comprobante.sello:
        raise StampError(
            es=("El documento no tiene timbre y por tanto no tiene QR.", "Tímbrelo primero."),
            en=("The document has no stamp, hence no QR.", "Have it stamped first."),
        )
    issuer, receptor = (quote(party.rfc, safe="") for party in (comprobante.emisor, comprobante.receptor))
    return f"{VERIFICATION_PAGE}{_query(comprobante, timbre.uuid, issuer, receptor)}"


def expression_of(comprobante, uuid=None):
    """Return the ``expresionImpresa`` for ConsultaCFDIService: like the QR, but ``&`` is escaped as in XML.

    :param str uuid: of a stamp that a sealed document may have; by default that of its own stamp
    """
    issuer, receptor = (party.rfc.replace("&", "&amp;") for party in (comprobante.emisor, comprobante.receptor))
    return _query(comprobante, uuid or comprobante.timbre.uuid, issuer, receptor)


def _query(comprobante, uuid, issuer, receptor):
    total, seal = total_text(comprobante.total), comprobante.sello[-SELLO_CHARACTERS:]
    return f"?id={uuid}&re={issuer}&rr={receptor}&tt={total}&fe={seal}"


def total_text(total):
    """Write a total without meaningless zeros, with one decimal at least: ``1000.50`` is ``1000.5``."""
    text = f"{total:.6f}".rstrip("0")
    return text + "0" if text.endswith(".") else text


def png_of(text, module_pixels=6):
    """Draw ``text`` as a QR and return PNG bytes.

    :param int module_pixels: side of one module; printed, the code must measure 2.75 cm or more
    """
    import qrcode  # slow to import, and only who prints needs it

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=module_pixels, border=4)
    code.add_data(text.encode())
    output = io.BytesIO()
    code.make_image().save(output, format="PNG")
    return output.getvalue()
