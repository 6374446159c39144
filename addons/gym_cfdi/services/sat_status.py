"""ConsultaCFDIService: what the SAT itself knows of a CFDI. Public, without credentials."""

from xml.sax.saxutils import escape

from lxml import etree

from .channel import Channel, text_of
from .pac import PacError, SatStatus, Timeouts, TryAgain

PRODUCTION = "https://consultaqr.facturaelectronica.sat.gob.mx/ConsultaCFDIService.svc"
TEST = "https://srvconsultacfdiuat.cloudapp.net/ConsultaCFDIService.svc"

_ACTION = "http://tempuri.org/IConsultaCFDIService/Consulta"
_RESULT = "{http://tempuri.org/}ConsultaResult"
_ENVELOPE = (
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    '<Consulta xmlns="http://tempuri.org/"><expresionImpresa>{}</expresionImpresa></Consulta>'
    "</s:Body></s:Envelope>"
)


def status_url(production):
    """Return the address of the SAT's service, or of its test environment, where test stamps are known."""
    return PRODUCTION if production else TEST


def query(expression, url=PRODUCTION, timeouts=Timeouts()):  # noqa: B008 (frozen)
    """Ask the SAT for the state of one CFDI.

    A question changes nothing, so whatever goes wrong is a reason to ask again.

    :param str expression: ``domain.qr.expression_of`` the stamped document
    :return: :class:`~.pac.SatStatus`; a CFDI stamped minutes ago may not be known yet (``N - 602``)
    :raise TryAgain: when there is no answer, or none that can be read
    """
    channel = Channel(timeouts)
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{_ACTION}"'}
    try:
        response = channel.send("POST", url, data=_ENVELOPE.format(escape(expression)).encode(), headers=headers)
        if response.status_code != 200:
            channel.fail(response)
    except TryAgain:
        raise
    except PacError as error:
        raise TryAgain(error.message, error.code, error.raw) from None
    return _read(response.content, channel.raw(text_of(response)))


def _read(content, raw):
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except (etree.XMLSyntaxError, ValueError):
        raise TryAgain("The SAT's answer is not XML.", "unreadable", raw) from None
    result = root.find(f".//{_RESULT}")
    if result is None:
        raise TryAgain("The SAT's answer holds no result.", "unreadable", raw)
    # the order and the prefixes of the children vary, their names do not
    values = {etree.QName(child).localname: (child.text or "").strip() for child in result.iterchildren("*")}
    return SatStatus(
        codigo_estatus=values.get("CodigoEstatus", ""),
        estado=values.get("Estado", ""),
        es_cancelable=values.get("EsCancelable", ""),
        estatus_cancelacion=values.get("EstatusCancelacion", ""),
        validacion_efos=values.get("ValidacionEFOS", ""),
        raw=raw,
    )
