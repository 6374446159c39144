"""SW Sapien: REST, with a token in every call, permanent or got for two hours with user and password."""

import hashlib
import json
import re
import threading
import time
from urllib.parse import quote

from .channel import Channel
from .pac import CancelAnswer, InDoubt, Refused, Stamped, Taxpayer, Timeouts, TryAgain, provider
from .sat_status import status_url
from .stamps import accept, complete

_STAMPED_BEFORE = {"307", "3307"}
_DUPLICATE_REQUEST = "3307"
# What a document that was stamped in time may still be refused for when it is sent again later: Fecha out of the 72
# hours, certificate expired or revoked since, RFC out of the LCO since
_TIME_TELLS_NOTHING = {"304", "305", "401", "402"}
# Credentials, suspended, RFC not registered, no stamps left, manifest not signed
_ACCOUNT = {"300", "501", "701", "702", "703", "718", "740"}
# CS1002: the list does not have the RFC
_NOT_IN_THE_LIST = "1002"
_FOLIO_CODES = {str(code) for code in range(201, 213)}

_CODE = re.compile(r"\s*[A-Z]*(\d{3,6})\b")
_ACCOUNT_CODE = re.compile(r"\s*(AU\d{3,5})\b")
_RULE = re.compile(r"\s*(CFDI40\d{3}|CRP\d{5})\b")
_ABOUT_ACCOUNT = re.compile(
    r"\btoken|autentic|autoriza|usuario|contrase|saldo|timbres (disponibles|suficientes)|sin timbres|cuenta\b", re.I
)
_ABOUT_SERVICE = re.compile(
    r"intern[oa]|intente|int[eé]ntelo|tiempo de espera|time-?out|no clasificado|conexi[oó]n", re.I
)

TOKEN_MARGIN_S = 120
_DEFAULT_TOKEN_S = 7200
_tokens = {}  # {hash of the account: (token, monotonic instant until which it serves)}
_tokens_lock = threading.Lock()


@provider
class SwSapien:
    """Client of SW Sapien; see :class:`~.pac.Pac`."""

    code = "sw_sapien"
    name = "SW Sapien"
    needs = ("username", "password", "token")
    is_sandbox = False
    domains = ("sw.com.mx",)
    addresses = {
        True: ("https://services.sw.com.mx", "https://api.sw.com.mx"),
        False: ("https://services.test.sw.com.mx", "https://api.test.sw.com.mx"),
    }

    def __init__(self, credentials, timeouts=Timeouts()):  # noqa: B008 (frozen)
        self._credentials = credentials
        own = credentials.url.rstrip("/")
        self._services, self._api = (own, own) if own else self.addresses[credentials.production]
        self._timeouts = timeouts
        self._channel = Channel(timeouts, credentials.secrets)

    @property
    def status_url(self):
        return status_url(self._credentials.production)

    def stamp(self, xml, request_id):
        answer, raw = self._send_stamp(xml, request_id)
        if isinstance(answer, Stamped):
            return answer
        if answer.code == _DUPLICATE_REQUEST:
            # The identifier is known and no stamp of ours came with that: the bytes alone tell (307 with the stamp)
            answer, raw = self._send_stamp(xml, None)
            if isinstance(answer, Stamped):
                return answer
        if answer.code in _STAMPED_BEFORE:
            raise InDoubt(answer.message, answer.code, raw)
        raise answer

    def recover(self, xml, request_id):
        """SW finds a stamp by being sent the same bytes again, which stamps them if it never had."""
        try:
            return self.stamp(xml, request_id)
        except Refused as error:
            if error.scope == "document" and error.code in _TIME_TELLS_NOTHING:
                raise InDoubt(error.message, error.code, error.raw) from None
            raise

    def cancel(self, signed, uuid, rfc):
        data, error = self._ask("POST", f"{self._services}/cfdi33/cancel/xml", files=_file(signed))
        if error is not None:
            if error.code in _FOLIO_CODES:
                return CancelAnswer(error.code, "", error.message, error.raw)
            raise error
        codes = {str(key).upper(): str(code) for key, code in (data.content.get("uuid") or {}).items()}
        code = codes.get(uuid.upper())
        if not code:
            raise InDoubt("SW Sapien did not say what became of the folio.", "unreadable", data.raw)
        return CancelAnswer(code, data.content.get("acuse") or "", "", data.raw)

    def cancel_receipt(self, rfc, uuid):
        """SW gives the receipt with the answer to the request and has no documented way to ask for it later."""

    def pending(self, rfc):
        data = self._must("GET", f"{self._services}/pendings/{rfc}")
        return list(data.get("uuid") or [])

    def look_up(self, rfc, name, postal_code):
        """SW tells whether the list (LRFC) has the RFC, and nothing of name and postal code."""
        answer, error = self._ask("GET", f"{self._services}/lrfc/{quote(rfc, safe='')}")
        if error is None:
            return Taxpayer(answer.content.get("contribuyenteRFC") == rfc, raw=answer.raw)
        if error.code == _NOT_IN_THE_LIST:
            return Taxpayer(is_listed=False, raw=error.raw)
        raise error

    def balance(self):
        data = self._must("GET", f"{self._api}/management/v2/api/users/balance")
        return None if data.get("isUnlimited") else data.get("stampsBalance")

    def check(self):
        self._forget_token()
        self.balance()

    def _send_stamp(self, xml, request_id):
        """Return the :class:`Stamped` or the error that SW answered, and the raw answer."""
        headers = {"customid": request_id} if request_id else {}
        url = f"{self._services}/v4/cfdi33/stamp/v4"
        data, error = self._ask("POST", url, files=_file(xml), headers=headers)
        if error is None:
            return self._stamped(xml, data, {"raw": data.raw}), data.raw
        if error.code in _STAMPED_BEFORE and (data.content.get("cfdi") or data.content.get("tfd")):
            answer = {"code": error.code, "message": error.message, "raw": error.raw}
            try:
                return self._stamped(xml, data, answer), error.raw
            except InDoubt as doubt:
                if error.code != _DUPLICATE_REQUEST:
                    raise
                # the identifier was used for other bytes: theirs is the stamp that came
                return InDoubt(doubt.message, error.code, error.raw), error.raw
        return error, error.raw

    def _stamped(self, xml, data, answer):
        received = data.content.get("cfdi")
        received = received.encode() if received else complete(xml, (data.content.get("tfd") or "").encode())
        return accept(xml, received, data.content.get("uuid") or "", **answer)

    def _must(self, method, url):
        data, error = self._ask(method, url)
        if error is not None:
            raise error
        return data.content

    def _ask(self, method, url, **request):
        """Return the :class:`_Answer` and the error it is, if it is one.

        A token that the service no longer takes is renewed once: a request refused for it was not carried out.
        """
        token, is_fresh = self._token()
        response = self._authorized(token, method, url, request)
        if response.status_code == 401 and not is_fresh:
            self._forget_token()
            token, _is_fresh = self._token()
            response = self._authorized(token, method, url, request)
        return self._read(response)

    def _authorized(self, token, method, url, request):
        headers = {**request.get("headers", {}), "Authorization": f"Bearer {token}"}
        return self._channel.send(method, url, **{**request, "headers": headers})

    def _token(self):
        """Return a token and whether asking for another one is pointless."""
        if self._credentials.token:
            return self._credentials.token, True
        key = self._token_key()
        with _tokens_lock:
            token, until = _tokens.get(key, ("", 0))
        if until > time.monotonic():
            self._hide(token)
            return token, False
        token, until = self._authenticate()
        with _tokens_lock:
            _tokens[key] = token, until
        return token, True

    def _authenticate(self):
        login = {"user": self._credentials.username, "password": self._credentials.password}
        try:
            response = self._channel.send("POST", f"{self._services}/v2/security/authenticate", json=login)
            data, error = self._read(response, hide=("token", "tokeny"))
        except InDoubt as doubt:
            # whatever its result, nothing was asked for yet but a token
            raise TryAgain(doubt.message, doubt.code, doubt.raw) from None
        if error is not None:
            raise Refused(error.message, error.code, error.raw, scope="account")
        token = data.content.get("token")
        if not token:
            raise Refused("SW Sapien gave no token.", "unreadable", data.raw, scope="account")
        self._hide(token)
        return token, time.monotonic() + _life_of(data.content.get("expires_in")) - TOKEN_MARGIN_S

    def _hide(self, token):
        self._channel = Channel(self._timeouts, (*self._credentials.secrets, token))

    def _forget_token(self):
        with _tokens_lock:
            _tokens.pop(self._token_key(), None)

    def _token_key(self):
        account = (self._services, self._credentials.username, self._credentials.password)
        return hashlib.sha256(repr(account).encode()).digest()

    def _read(self, response, hide=()):
        """Return the :class:`_Answer` and, when it tells of one, the error; raise what is no answer of the service."""
        try:
            body = json.loads(response.content)
        except ValueError:
            body = None
        if not isinstance(body, dict) or body.get("status") not in ("success", "error") or response.status_code >= 500:
            self._channel.fail(response)
        content = body.get("data") if isinstance(body.get("data"), dict) else {}
        answer = _Answer(content, self._channel.raw(_kept(body, hide)))
        if body["status"] == "success" and response.ok:
            return answer, None
        text = " ".join(filter(None, (str(body.get(name) or "") for name in ("message", "messageDetail"))))
        return answer, _error(response.status_code, self._channel.hide(text), answer.raw)


class _Answer:
    def __init__(self, content, raw):
        self.content = content
        self.raw = raw


def _file(xml):
    return {"xml": ("cfdi.xml", xml, "text/xml")}


def _life_of(expires_in):
    """Return for how many seconds a token serves; the service has answered with seconds and with an instant."""
    if not isinstance(expires_in, int | float) or expires_in <= 0:
        return _DEFAULT_TOKEN_S
    seconds = expires_in - time.time() if expires_in > 1_000_000_000 else expires_in
    return min(seconds, _DEFAULT_TOKEN_S)


def _kept(body, hide):
    """Write an answer as it is kept: the documents and images in it are kept elsewhere, or not at all."""
    data = body.get("data")
    if isinstance(data, dict):
        data = {
            name: "***" if name in hide else f"{value[:400]}…" if isinstance(value, str) and len(value) > 400 else value
            for name, value in data.items()
        }
    return json.dumps({**body, "data": data}, ensure_ascii=False)


def _error(status, text, raw):
    """Return the error that an answer of the service tells of."""
    login = _ACCOUNT_CODE.match(text)
    if login:
        return Refused(text, login.group(1), raw, scope="account")
    code = _code_of(text)
    if status in (401, 403) or code in _ACCOUNT:
        return Refused(text, code or f"http_{status}", raw, scope="account")
    if code:
        return Refused(text, code, raw)
    if _ABOUT_ACCOUNT.search(text):
        return Refused(text, "account", raw, scope="account")
    if _ABOUT_SERVICE.search(text) or not text:
        return InDoubt(text, "service", raw)
    return Refused(text, "refused", raw)


def _code_of(text):
    """Return the code that a message begins with: ``CFDI40108`` whole, ``CFDI3307`` as ``3307``."""
    rule = _RULE.match(text)
    if rule:
        return rule.group(1)
    code = _CODE.match(text)
    return code.group(1) if code else ""
