"""The SAT's ConsultaCFDIService: what became of a CFDI, asked with the text of its QR."""

from xml.sax.saxutils import escape

from . import faults
from .messages import Response
from .soap import NotSoap, envelope, fault, parse_call

PATH = "/ConsultaCFDIService.svc"
OPERATION = "Consulta"

_TEMPURI = "http://tempuri.org/"
_TYPES = "http://schemas.datacontract.org/2004/07/Sat.Cfdi.Negocio.ConsultaCfdi.Servicio"
# ValidacionEFOS: neither party is on the list of companies that sell invoices
_NOT_LISTED = "200"


class SatService:
    """SOAP without credentials."""

    protocol = "sat"

    def __init__(self, sat):
        self._sat = sat

    def serves(self, path):
        return path == PATH

    def operation(self, request):
        return OPERATION

    def answer(self, request, operation, failing):
        """Answer a request; ``failing`` is the fault that it meets, or ``None``."""
        try:
            expression = parse_call(request.body).findtext(f"{{{_TEMPURI}}}expresionImpresa", "")
        except NotSoap as error:
            return Response.of_xml(fault(str(error)), 500)
        if failing and failing.kind == faults.REFUSE:
            return Response.of_xml(fault(failing.text), 500)
        status = self._sat.status(expression)
        fields = {
            "CodigoEstatus": status.code,
            "EsCancelable": status.cancellable,
            "Estado": status.state,
            "EstatusCancelacion": status.cancellation,
            "ValidacionEFOS": _NOT_LISTED,
        }
        content = "".join(f"<a:{name}>{escape(value)}</a:{name}>" for name, value in fields.items())
        return Response.of_xml(
            envelope(
                f'<ConsultaResponse xmlns="{_TEMPURI}"><ConsultaResult xmlns:a="{_TYPES}">{content}'
                "</ConsultaResult></ConsultaResponse>"
            )
        )
