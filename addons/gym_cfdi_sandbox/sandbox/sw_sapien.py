"""SW Sapien's REST: tokens, stamping of sealed XML, balance, cancellation of signed requests."""

import base64
import binascii
import re
from urllib.parse import unquote

from lxml import etree

from odoo.addons.gym_cfdi.domain.builder import cadena_of_timbre
from odoo.addons.gym_cfdi.domain.reader import parse
from odoo.addons.gym_cfdi.domain.rfc import has_valid_check_digit, is_well_formed

from . import accounts, faults
from .judging import Problem, Rejected
from .messages import Response
from .sat import ACCEPT
from .stamping import Pac, falsify
from .timbre import element_of

_AUTHENTICATE = re.compile(r"/(?:v2/)?security/authenticate")
_STAMP = re.compile(r"(?P<named>/v4)?/cfdi33/stamp/(?P<version>v[1-4])(?P<b64>/b64)?")
_BALANCE = re.compile(r"/management(?:/v2)?/api/users/balance|/account/balance")
_CANCEL = re.compile(r"/(?:v4/)?cfdi33/cancel/xml")
_PENDING = re.compile(r"/pendings/(?P<rfc>[^/]+)")
_LIST = re.compile(r"/lrfc/(?P<rfc>[^/]+)")
_ACCEPT_REJECT = re.compile(r"/acceptreject/xml")
_LONGEST_CUSTOM_ID = 100

_SOME_PENDING, _NONE_PENDING, _ANSWER_TAKEN = "1100", "1101", "1000"
_BAD_LOGIN = "AU2000 - El usuario y/o contraseña son inválidos, no se puede autenticar el servicio."
_BAD_TOKEN = "AU1000 - El token no es válido o expiró."
_DONE_BEFORE = "307. El comprobante contiene un timbre previo."
_NOT_LISTED = "CS1002 - El RFC no se encuentra en la LRFC."
_NAMED_BEFORE = "CFDI3307 - Timbre duplicado. El customId proporcionado está duplicado."


class SwSapien:
    """Answers are JSON objects with ``status``, and ``data`` or ``message``."""

    protocol = "sw_sapien"

    def __init__(self, register, clock, desk):
        self._clock = clock
        self._desk = desk
        self.pac = Pac(self.protocol, register, clock)
        self._routes = {
            "authenticate": (_AUTHENTICATE, self._authenticate),
            "stamp": (_STAMP, self._stamp),
            "balance": (_BALANCE, self._balance),
            "cancel": (_CANCEL, self._cancel),
            "pendings": (_PENDING, self._pending),
            "lrfc": (_LIST, self._look_up),
            "acceptreject": (_ACCEPT_REJECT, self._accept_reject),
        }

    def serves(self, path):
        return any(pattern.fullmatch(path) for pattern, _answer in self._routes.values())

    def operation(self, request):
        return next(name for name, (pattern, _answer) in self._routes.items() if pattern.fullmatch(request.path))

    def answer(self, request, operation, failing):
        """Answer a request; ``failing`` is the fault that it meets, or ``None``."""
        if failing and failing.kind == faults.REFUSE:
            return _error(f"{failing.code} - {failing.text}")
        pattern, answer = self._routes[operation]
        if operation != "authenticate" and not self._is_admitted(request):
            return _error(_BAD_TOKEN, status=401)
        return answer(request, pattern.fullmatch(request.path).groupdict(), failing)

    def _is_admitted(self, request):
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        return scheme.lower() == "bearer" and accounts.admits(token.strip(), self._clock.now())

    # --- account

    def _authenticate(self, request, _path, _failing):
        try:
            body = request.json()
        except ValueError:
            return _error(_BAD_LOGIN, "El cuerpo no es JSON.")
        given = body if body.get("user") else request.headers
        if not accounts.is_known(given.get("user"), given.get("password")):
            return _error(_BAD_LOGIN, status=401)
        token = accounts.token_at(self._clock.now())
        return _success({"token": token, "expires_in": accounts.TOKEN_LASTS_S, "tokenType": "Bearer"})

    def _balance(self, _request, _path, _failing):
        left, used = self.pac.balance(), self.pac.stamped()
        return _success(
            {
                "stampsBalance": left or 0,
                "stampsUsed": used,
                "stampsAssigned": (left or 0) + used,
                "isUnlimited": left is None,
            }
        )

    def _look_up(self, _request, path, _failing):
        """The sandbox's list of RFCs has those whose check digit is right."""
        rfc = unquote(path["rfc"])
        if not (is_well_formed(rfc) and has_valid_check_digit(rfc)):
            return _error(_NOT_LISTED)
        return _success({"contribuyenteRFC": rfc, "sncf": False, "subcontratacion": False})

    # --- stamping

    def _stamp(self, request, path, failing):
        kind = failing and failing.kind
        custom_id = request.headers.get("customid") if path["named"] else None
        try:
            if custom_id and len(custom_id) > _LONGEST_CUSTOM_ID:
                raise Rejected(Problem("CFDI3308", "El customId tiene más de 100 caracteres."))
            data = _document(request, path["b64"])
            stamp = falsify(self.pac.stamp(data, custom_id, twice=kind == faults.DUPLICATE), kind)
        except Rejected as rejection:
            texts = [f"{problem.code} - {problem.text}" for problem in rejection.problems]
            return _error(texts[0], "\n".join(texts[1:]))
        content = _data(stamp, path["version"])
        if not stamp.is_repeated:
            return _success(content)
        return _error(_NAMED_BEFORE if custom_id else _DONE_BEFORE, data=content)

    # --- cancellation

    def _cancel(self, request, _path, _failing):
        try:
            taken = self._desk.request(_document(request))
        except Rejected as rejection:
            return _error(*(f"{problem.code} - {problem.text}" for problem in rejection.problems))
        return _success({"acuse": taken.acuse, "uuid": {folio.uuid: folio.code for folio in taken.folios}})

    def _pending(self, _request, path, _failing):
        found = self._desk.pending(path["rfc"])
        return _success({"uuid": found}, codStatus=_SOME_PENDING if found else _NONE_PENDING)

    def _accept_reject(self, request, _path, _failing):
        try:
            answers = self._desk.signed_answer(_document(request))
        except Rejected as rejection:
            return _error(*(f"{problem.code} - {problem.text}" for problem in rejection.problems))
        folios = [
            {
                "uuid": item.uuid,
                "estatusUUID": item.code,
                "respuesta": "Aceptacion" if item.answer == ACCEPT else "Rechazo",
            }
            for item in answers
        ]
        return _success({"acuse": "", "folios": folios}, codStatus=_ANSWER_TAKEN)


def _document(request, is_base64=False):
    data = request.part("xml")
    if data is None:
        raise Rejected(Problem("301", "Falta el campo xml."))
    if not is_base64:
        return data
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error as error:
        raise Rejected(Problem("301", "El XML no viene en base64.")) from error


def _data(stamp, version):
    """Return the stamp as this version of the service gives it."""
    cfdi = stamp.xml.decode()
    if version == "v3":
        return {"cfdi": cfdi}
    if version == "v4":
        return _details(stamp.timbre, stamp.xml) | {"cfdi": cfdi}
    tfd = etree.tostring(element_of(stamp.timbre), encoding="unicode")
    return {"tfd": tfd} if version == "v1" else {"tfd": tfd, "cfdi": cfdi}


def _details(timbre, xml):
    return {
        "cadenaOriginalSAT": cadena_of_timbre(timbre),
        "noCertificadoSAT": timbre.no_certificado_sat,
        "noCertificadoCFDI": parse(xml).get("NoCertificado"),
        "uuid": timbre.uuid,
        "selloSAT": timbre.sello_sat,
        "selloCFDI": timbre.sello_cfd,
        "fechaTimbrado": timbre.fecha_timbrado.isoformat(),
        # drawing it would take ten times as long as the stamp
        "qrCode": "",
    }


def _success(data, **others):
    return Response.of_json({"data": data, "status": "success", **others})


def _error(message, detail="", data=None, status=400):
    values = {"message": message, "messageDetail": detail, "data": data, "status": "error"}
    return Response.of_json(values, status)
