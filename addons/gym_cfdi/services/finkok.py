"""Finkok: SOAP, with the credentials in the body of every call.

The envelopes are written and read by zeep from our own slim WSDLs; they travel by :mod:`.channel`, because zeep's own
transport logs envelopes, credentials and all, at debug level, and cannot tell what was sent from what was not.
"""

import re
from functools import cache
from pathlib import Path

from lxml import etree

from .channel import Channel, text_of
from .pac import CancelAnswer, InDoubt, Refused, Timeouts, TryAgain, provider
from .sat_status import status_url
from .stamps import accept

_WSDL = Path(__file__).parent / "wsdl"
_FAULT = "{http://schemas.xmlsoap.org/soap/envelope/}Fault"

_STAMPED = "comprobante timbrado"  # ... satisfactoriamente | previamente
_STAMPED_BEFORE = "307"
_NEVER_STAMPED = "603"
_TRY_AGAIN = {"709"}
_UNKNOWN_FATE = {"708"}  # the PAC could not reach the SAT
# 300 and 501 credentials; 701, 703 suspended; 702 RFC not registered with Finkok; 706 partner; 718 no stamps left;
# 719, 720 its panel lacks our files; 740 manifest not signed. Every other incidence is about the document.
_ACCOUNT = {"300", "501", "701", "702", "703", "706", "718", "719", "720", "740"}
# The SAT did not take the request: 708 out of reach, 709 try later
_CANCEL_TRY_AGAIN = {"708", "709"}
_BAD_LOGIN = re.compile(r"invalid (username|password|passphrase)|credenciales|autenticaci", re.I)

# The stamped document is kept elsewhere; in the raw answer it would only be there twice
_LONG_XML = re.compile(r"(<(?:\w+:)?(?:xml|Acuse|receipt)>)[^<]{400,}(?=</)")


@provider
class Finkok:
    """Client of Finkok; see :class:`~.pac.Pac`."""

    code = "finkok"
    name = "Finkok"
    needs = ("username", "password")
    is_sandbox = False
    domains = ("finkok.com",)
    addresses = {True: "https://facturacion.finkok.com", False: "https://demo-facturacion.finkok.com"}

    def __init__(self, credentials, timeouts=Timeouts()):  # noqa: B008 (frozen)
        self._credentials = credentials
        self._login = {"username": credentials.username, "password": credentials.password}
        self._address = (credentials.url or self.addresses[credentials.production]).rstrip("/")
        self._channel = Channel(timeouts, credentials.secrets)

    @property
    def status_url(self):
        return status_url(self._credentials.production)

    def stamp(self, xml, request_id):
        """Finkok knows a document by its bytes; ``request_id`` does not travel."""
        result, raw = self._call("stamp", "stamp", xml=xml, **self._login)
        stamped = self._stamped(xml, result, raw)
        if stamped:
            return stamped
        incidents = self._incidents(result)
        if _STAMPED_BEFORE in {code for code, _text in incidents}:
            # it may need seconds until it finds a stamp of its own
            recovered = self.recover(xml, request_id)
            if recovered:
                return recovered
            raise InDoubt("Finkok stamped this before and does not find the stamp.", _STAMPED_BEFORE, raw)
        raise _error(incidents, raw)

    def recover(self, xml, request_id):
        result, raw = self._call("stamp", "stamped", xml=xml, **self._login)
        stamped = self._stamped(xml, result, raw)
        if stamped:
            return stamped
        incidents = self._incidents(result)
        if [code for code, _text in incidents] == [_NEVER_STAMPED]:
            return None
        error = _error(incidents, raw)
        if isinstance(error, Refused) and error.scope == "document":
            # the question was refused, which is not an answer to it
            raise InDoubt(error.message, error.code, raw)
        raise error

    def cancel(self, signed, uuid, rfc):
        """``store_pending`` stays off: who asks again is us, so that we know what was asked."""
        result, raw = self._call("cancel", "cancel_signature", xml=signed, store_pending=False, **self._login)
        folios = result.Folios.Folio if result is not None and result.Folios is not None else []
        for folio in folios:
            if (folio.UUID or "").upper() == uuid.upper() and folio.EstatusUUID:
                code, text = folio.EstatusUUID.strip(), self._channel.hide(folio.EstatusCancelacion)
                if code in _CANCEL_TRY_AGAIN:
                    raise TryAgain(text, code, raw)
                return CancelAnswer(code, result.Acuse or "", text, raw)
        raise _cancel_error(self._channel.hide(getattr(result, "CodEstatus", None)), raw)

    def cancel_receipt(self, rfc, uuid):
        result, raw = self._call("cancel", "get_receipt", taxpayer_id=rfc, uuid=uuid, type="C", **self._login)
        if result is not None and result.success and result.receipt:
            return result.receipt
        self._check_login(getattr(result, "error", None), raw)
        return None

    def pending(self, rfc):
        result, raw = self._call("cancel", "get_pending", rtaxpayer_id=rfc, **self._login)
        uuids = result.uuids.string if result is not None and result.uuids is not None else []
        if not uuids:
            self._check_login(getattr(result, "error", None), raw)
        return [uuid for uuid in uuids if uuid]

    def look_up(self, rfc, name, postal_code):
        """Finkok has no documented way to ask for a taxpayer."""

    def balance(self):
        """Finkok counts stamps per RFC, and only those that were bought beforehand."""
        credentials = self._credentials
        if not credentials.rfc:
            return None
        login = {"reseller_username": credentials.username, "reseller_password": credentials.password}
        result, raw = self._call("registration", "get", taxpayer_id=credentials.rfc, **login)
        users = result.users.ResellerUser if result is not None and result.users is not None else []
        for user in users:
            if user.taxpayer_id == credentials.rfc:
                return user.credit if user.credit is not None and user.credit >= 0 else None
        self._check_login(getattr(result, "message", None), raw)
        return None

    def check(self):
        self.pending(self._credentials.rfc or "XAXX010101000")

    def _stamped(self, xml, result, raw):
        status = (getattr(result, "CodEstatus", None) or "").strip()
        if not status.lower().startswith(_STAMPED) or not result.UUID or not result.xml:
            return None
        before = status.lower().endswith("previamente") or any(
            c == _STAMPED_BEFORE for c, _t in self._incidents(result)
        )
        code = _STAMPED_BEFORE if before else ""
        return accept(xml, result.xml.encode(), result.UUID, code=code, message=status, raw=raw)

    def _incidents(self, result):
        """Return the pairs of code and text of an answer, each once."""
        found = result.Incidencias.Incidencia if result is not None and result.Incidencias is not None else []
        pairs = []
        for incident in found:
            text = " ".join(filter(None, (incident.MensajeIncidencia, incident.ExtraInfo)))
            pairs.append(((incident.CodigoError or "").strip(), self._channel.hide(text).strip()))
        return list(dict.fromkeys(pairs))

    def _check_login(self, text, raw):
        if text and _BAD_LOGIN.search(text):
            raise Refused(self._channel.hide(text), "300", raw, scope="account")

    def _fault_error(self, fault, raw):
        """A fault of our side was found before anything was done; of one of the server's side nobody knows."""
        code, text = fault.findtext("faultcode") or "", self._channel.hide(fault.findtext("faultstring"))
        if code.rpartition(":")[2].startswith("Client"):
            return Refused(text, code, raw, scope="account")
        return InDoubt(text, code or "fault", raw)

    def _call(self, service, operation, **arguments):
        """Return the result of a SOAP operation, or ``None`` when it is empty, and the raw answer as it may be kept."""
        client, binding = _soap(service)
        envelope = binding.get(operation).create(**arguments).content
        body = etree.tostring(envelope, encoding="UTF-8", xml_declaration=True)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{operation}"'}
        url = f"{self._address}/servicios/soap/{service}"
        response = self._channel.send("POST", url, data=body, headers=headers)
        raw = self._channel.raw(_LONG_XML.sub(r"\1…", text_of(response)))
        try:
            answer = etree.fromstring(response.content, _parser())
        except (etree.XMLSyntaxError, ValueError):
            self._channel.fail(response)
        fault = answer.find(f".//{_FAULT}")
        if fault is not None:
            raise self._fault_error(fault, raw)
        expected = f"{{http://facturacion.finkok.com/{service}}}{operation}Response"
        if response.status_code != 200 or answer.find(f".//{expected}") is None:
            self._channel.fail(response)
        try:
            result = binding.process_reply(client, binding.get(operation), response)
        except Exception as error:
            # zeep raises a dozen kinds, TypeError among them, on what does not follow the schema
            raise InDoubt(f"{type(error).__name__}: unreadable answer", "unreadable", raw) from None
        return result, raw


def _parser():
    return etree.XMLParser(resolve_entities=False, no_network=True)


@cache
def _soap(service):
    """Return the zeep client of a service and its binding; parsed once per process."""
    import zeep  # slow to import, and only who calls Finkok needs it

    settings = zeep.Settings(strict=False, xml_huge_tree=False, forbid_entities=True)
    client = zeep.Client(str(_WSDL / f"finkok_{service}.wsdl"), settings=settings)
    (binding,) = client.wsdl.bindings.values()
    return client, binding


def _error(incidents, raw):
    """Return the error that an answer without a stamp is."""
    if not any(code for code, _text in incidents):
        return InDoubt("Finkok answered neither with a stamp nor with a reason.", "unreadable", raw)
    by_code = dict(reversed(incidents))
    codes = list(dict.fromkeys(code for code, _text in incidents))
    text = "; ".join(f"{code} {text}" if len(incidents) > 1 else text for code, text in incidents)
    if not set(codes).isdisjoint(_UNKNOWN_FATE | {_STAMPED_BEFORE}):
        return InDoubt(text, codes[0], raw)
    for code in codes:
        if code in _ACCOUNT:
            return Refused(by_code[code], code, raw, scope="account")
    if not set(codes).isdisjoint(_TRY_AGAIN):
        return TryAgain(text, codes[0], raw)
    return Refused(text, codes[0], raw)


def _cancel_error(status, raw):
    """Return what an answer to a cancellation means that does not name the folio."""
    code = re.search(r"\b\d{3}\b", status)
    code = code.group() if code else ""
    if _BAD_LOGIN.search(status) or code in _ACCOUNT:
        return Refused(status, code or "300", raw, scope="account")
    if code in _CANCEL_TRY_AGAIN:
        return TryAgain(status, code, raw)
    return Refused(status, code, raw) if code else InDoubt(status or "Empty answer.", "unreadable", raw)
