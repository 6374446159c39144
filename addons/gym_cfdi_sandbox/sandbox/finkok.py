"""Finkok's SOAP: stamping, the account, and what it hands on to the SAT."""

import base64
import binascii
from html import escape

from . import accounts, faults
from .cancelling import NOT_CANCELLABLE
from .finkok_services import CANCEL, REGISTRATION, STAMP, UTILITIES
from .judging import Problem, Rejected
from .messages import Response
from .sat import ACCEPT, REJECT
from .soap import NotSoap, fault, parse_call
from .stamping import Pac, falsify

ROOT = "/servicios/soap/"

_DONE = "Comprobante timbrado satisfactoriamente"
_DONE_BEFORE = "Comprobante timbrado previamente"
_NEVER_STAMPED = Problem("603", "El CFDI no contiene un timbre previo.")
_UNKNOWN_USER = Problem("300", "El usuario o contraseña son inválidos.")
_NO_CANCELLABLE = "no_cancelable"
_INVALID_LOGIN = "Invalid Username or Password"


class Finkok:
    """The services under ``/servicios/soap/``, each with its WSDL."""

    protocol = "finkok"

    def __init__(self, register, clock, sat, desk):
        self._clock = clock
        self._sat = sat
        self._desk = desk
        self.pac = Pac(self.protocol, register, clock)
        self._services = {"stamp": STAMP, "cancel": CANCEL, "utilities": UTILITIES, "registration": REGISTRATION}

    def serves(self, path):
        return path.startswith(ROOT) and self._name(path) in self._services

    def operation(self, request):
        """Return the name of the call, ``None`` for a WSDL or what is no call."""
        if request.method != "POST":
            return None
        try:
            return parse_call(request.body).tag.rpartition("}")[2]
        except NotSoap:
            return None

    def answer(self, request, operation, failing):
        """Answer a request; ``failing`` is the fault that it meets, or ``None``."""
        service = self._services[self._name(request.path)]
        if request.method == "GET":
            return Response.of_xml(service.wsdl(f"http://{request.headers['host']}{ROOT}{self._name(request.path)}"))
        if operation not in service.operations:
            return Response.of_xml(fault(f"There is no call {operation} here."), 500)
        arguments = service.arguments(parse_call(request.body))
        result = getattr(self, f"_{operation}")(arguments, failing)
        return Response.of_xml(service.answer(operation, result))

    @staticmethod
    def _name(path):
        return path.removeprefix(ROOT).removesuffix(".wsdl").strip("/")

    # --- stamping

    def _stamp(self, arguments, failing):
        try:
            stamp = self._made(arguments, failing)
        except Rejected as rejection:
            return self._refusal(rejection.problems)
        if stamp.is_repeated:
            return self._acknowledgement(stamp) | self._incidents([_stamped_before()], stamp.uuid)
        return self._acknowledgement(stamp)

    def _quick_stamp(self, arguments, failing):
        """Stamp; what was stamped before is refused, with the UUID but without the document."""
        try:
            stamp = self._made(arguments, failing)
        except Rejected as rejection:
            return self._refusal(rejection.problems)
        if stamp.is_repeated:
            return self._refusal([_stamped_before()], stamp.uuid)
        return self._acknowledgement(stamp)

    def _stamped(self, arguments, failing):
        try:
            stamp = self.pac.recover(_document(arguments, failing))
            if stamp is None:
                raise Rejected(_NEVER_STAMPED)
        except Rejected as rejection:
            return self._refusal(rejection.problems)
        return self._acknowledgement(falsify(stamp, failing and failing.kind))

    def _query_pending(self, arguments, failing):
        if not _is_known(arguments):
            return {"error": _INVALID_LOGIN}
        stamp = self.pac.get(arguments.get("uuid", ""))
        if stamp is None:
            return {"error": "UUID does not exist"}
        date = stamp.timbre.fecha_timbrado.isoformat()
        return {"status": "F", "xml": stamp.xml.decode(), "uuid": stamp.uuid, "attempts": "1", "date": date}

    def _made(self, arguments, failing):
        kind = failing and failing.kind
        stamp = self.pac.stamp(_document(arguments, failing), twice=kind == faults.DUPLICATE)
        return falsify(stamp, kind)

    def _acknowledgement(self, stamp):
        timbre = stamp.timbre
        return {
            "xml": stamp.xml.decode(),
            "UUID": stamp.uuid,
            "Fecha": timbre.fecha_timbrado.isoformat(),
            "CodEstatus": _DONE_BEFORE if stamp.is_repeated else _DONE,
            "SatSeal": timbre.sello_sat,
            "Incidencias": {},
            "NoCertificadoSAT": timbre.no_certificado_sat,
        }

    def _refusal(self, problems, uuid=None):
        return {"xml": "", "UUID": uuid} | self._incidents(problems, uuid)

    def _incidents(self, problems, uuid=None):
        registered = self._clock.local().isoformat()
        incidents = [
            {
                "IdIncidencia": str(number),
                "Uuid": uuid,
                "CodigoError": problem.code,
                "MensajeIncidencia": problem.text,
                "NoCertificadoPac": "",
                "FechaRegistro": registered,
            }
            for number, problem in enumerate(problems, 1)
        ]
        return {"Incidencias": {"Incidencia": incidents}}

    # --- account and utilities

    def _get(self, arguments, failing):
        known = accounts.is_known(arguments.get("reseller_username"), arguments.get("reseller_password"))
        if not known:
            return {"message": _INVALID_LOGIN}
        rfc = arguments.get("taxpayer_id", "")
        user = {"status": "A", "counter": self.pac.stamped(rfc), "taxpayer_id": rfc, "credit": self._credit()}
        return {"users": {"ResellerUser": [user]}}

    def _credit(self):
        """What is left; Finkok writes -1 for an account without limit."""
        balance = self.pac.balance()
        return -1 if balance is None else balance

    def _report_credit(self, arguments, failing):
        if not _is_known(arguments):
            return {"error": _INVALID_LOGIN}
        report = {"credit": str(self._credit()), "date": self._clock.local().isoformat()}
        return {"result": {"ReportTotalCredit": [report]}}

    def _datetime(self, arguments, failing):
        return {"datetime": self._clock.local().isoformat()} if _is_known(arguments) else {"error": _INVALID_LOGIN}

    def _get_xml(self, arguments, failing):
        if not _is_known(arguments):
            return {"error": _INVALID_LOGIN}
        stamp = self.pac.get(arguments.get("uuid", ""))
        return {"xml": stamp.xml.decode()} if stamp else {"error": "UUID does not exist"}

    # --- cancellation

    def _cancel_signature(self, arguments, failing):
        try:
            taken = self._desk.request(_document(arguments, failing))
        except Rejected as rejection:
            (problem,) = rejection.problems
            return {"CodEstatus": _INVALID_LOGIN if problem is _UNKNOWN_USER else f"{problem.code} - {problem.text}"}
        folios = [
            {
                "UUID": folio.uuid,
                "EstatusUUID": _NO_CANCELLABLE if folio.code == NOT_CANCELLABLE else folio.code,
                "EstatusCancelacion": folio.status,
            }
            for folio in taken.folios
        ]
        now = self._clock.local().isoformat(" ")
        return {"Folios": {"Folio": folios}, "Acuse": taken.acuse, "Fecha": now, "RfcEmisor": taken.rfc}

    def _get_sat_status(self, arguments, failing):
        if not _is_known(arguments):
            return {"error": _INVALID_LOGIN}
        names = ("uuid", "taxpayer_id", "rtaxpayer_id", "total")
        uuid, issuer, receptor, total = (escape(arguments.get(name, "")) for name in names)
        status = self._sat.status(f"?id={uuid}&re={issuer}&rr={receptor}&tt={total}")
        found = {
            "EsCancelable": status.cancellable,
            "CodigoEstatus": status.code,
            "Estado": status.state,
            "EstatusCancelacion": status.cancellation,
        }
        return {"sat": found}

    def _get_receipt(self, arguments, failing):
        if not _is_known(arguments):
            return {"success": False, "error": _INVALID_LOGIN}
        uuid, rfc = arguments.get("uuid", ""), arguments.get("taxpayer_id", "")
        receipt = self._desk.receipt(rfc, uuid) if arguments.get("type", "C") == "C" else None
        if receipt is None:
            return {"uuid": uuid, "success": False, "taxpayer_id": rfc, "error": "Receipt not found"}
        now = self._clock.local().isoformat()
        return {"uuid": uuid, "success": True, "receipt": receipt, "taxpayer_id": rfc, "date": now}

    def _get_pending(self, arguments, failing):
        if not _is_known(arguments):
            return {"error": _INVALID_LOGIN}
        return {"uuids": self._desk.pending(arguments.get("rtaxpayer_id", ""))}

    def _accept_reject_signature(self, arguments, failing):
        try:
            return _answered(self._desk.signed_answer(_document(arguments, failing)))
        except Rejected as rejection:
            return {"error": str(rejection)}


def _answered(answers):
    accepted = [{"status": item.code, "uuid": item.uuid} for item in answers if item.answer == ACCEPT]
    rejected = [{"status": item.code, "uuid": item.uuid} for item in answers if item.answer == REJECT]
    return {"aceptacion": {"Acepta": accepted}, "rechazo": {"Rechaza": rejected}}


def _stamped_before():
    return Problem("307", "El CFDI contiene un timbre previo.")


def _is_known(arguments):
    return accounts.is_known(arguments.get("username"), arguments.get("password"))


def _document(arguments, failing):
    """Return the XML of a call.

    :raise Rejected: for unknown credentials, when it is not base64, or when the fault wants a refusal
    """
    if not _is_known(arguments):
        raise Rejected(_UNKNOWN_USER)
    if failing and failing.kind == faults.REFUSE:
        raise Rejected(Problem(failing.code, failing.text))
    try:
        return base64.b64decode(arguments.get("xml", ""), validate=False)
    except (binascii.Error, TypeError) as error:
        raise Rejected(Problem("301", "El XML no viene en base64.")) from error
