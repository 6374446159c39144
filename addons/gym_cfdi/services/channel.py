"""HTTP to the outside, with one question answered after every failure: may the request have been carried out?"""

import html
import json
import os
from functools import cache
from http.cookiejar import DefaultCookiePolicy

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from .pac import InDoubt, Refused, TryAgain

RAW_CHARACTERS = 20_000
CONNECTIONS = 8
_MASK = "***"

# The counterpart, or a proxy before it, refuses the caller or does not know the address: nothing was carried out.
_NOT_SERVED = {401, 403, 404, 405, 407, 410}


class Channel:
    """Sends requests to one counterpart over connections that are kept open, one set of them per process.

    Redirections are not followed (credentials would travel with them), cookies and ``.netrc`` are ignored.

    :param timeouts: :class:`~.pac.Timeouts`
    :param secrets: texts that must appear nowhere, no matter who writes them
    """

    def __init__(self, timeouts, secrets=()):
        self._timeouts = tuple(timeouts)
        self._secrets = tuple(secrets)

    def send(self, method, url, **request):
        """Return the answer whatever its status; ``request`` is what ``requests`` takes.

        :raise Refused: the address or a header cannot even be written
        :raise TryAgain: nobody took the request
        :raise InDoubt: it was, or may have been, taken
        """
        try:
            response = _session(os.getpid(), self._timeouts).request(method, url, allow_redirects=False, **request)
        except requests.RequestException as error:
            # not chained: the original carries the request, and with it the credentials
            raise self._told(error) from None
        if _is_cut(response):
            raise InDoubt("The answer ended before its announced length.", "broken", self.raw(text_of(response)))
        return response

    def hide(self, text):
        """Return what the counterpart said without the secrets, should it have repeated them."""
        return redact(text or "", self._secrets)

    def raw(self, text):
        """Return an answer as it may be kept: without secrets, and of a bearable length."""
        text = self.hide(text)
        if len(text) > RAW_CHARACTERS:
            text = f"{text[:RAW_CHARACTERS]}… ({len(text)} characters)"
        return text

    def fail(self, response):
        """Raise what an answer that is not the service's own means, by its HTTP status."""
        status, raw = response.status_code, self.raw(text_of(response))
        code, text = f"http_{status}", self.hide(f"HTTP {status} {response.reason or ''}").strip()
        if status in (408, 429) or (status == 503 and "Retry-After" in response.headers):
            raise TryAgain(text, code, raw)
        if status in _NOT_SERVED or 300 <= status < 400:
            raise Refused(text, code, raw, scope="account")
        if status == 413:
            raise Refused(text, code, raw)
        raise InDoubt(text, code if status != 200 else "unreadable", raw)

    def _told(self, error):
        text = self.hide(f"{type(error).__name__}: {error}")
        if isinstance(error, ValueError):  # requests' own: a URL or a header that cannot be sent
            return Refused(text, "address", scope="account")
        if isinstance(error, requests.ConnectTimeout):
            return TryAgain(text, "connection_timeout")
        if isinstance(error, requests.Timeout):
            return InDoubt(text, "timeout")
        return TryAgain(text, "connection") if _is_unsent(error) else InDoubt(text, "broken")


def text_of(response):
    """Return the body of an answer as text; ``response.text`` would guess the encoding, wrongly or slowly."""
    return response.content.decode("utf-8", "replace")


def redact(text, secrets):
    """Hide ``secrets`` in a text, also as XML and JSON would write them."""
    for secret in secrets:
        for written in {secret, html.escape(secret), html.escape(secret, quote=False), json.dumps(secret)[1:-1]}:
            text = text.replace(written, _MASK)
    return text


def _is_unsent(error):
    """Tell whether a connection never came to be: name unknown, refused, or its certificate not trusted."""
    if isinstance(error, requests.exceptions.ProxyError):
        return True
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    if isinstance(reason, TlsError):
        return "CERTIFICATE_VERIFY_FAILED" in str(reason)
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


def _is_cut(response):
    """Tell whether an answer is shorter than it says; with urllib3 1.26, requests does not notice."""
    announced = response.headers.get("Content-Length", "")
    return announced.isdigit() and "Content-Encoding" not in response.headers and len(response.content) < int(announced)


class _Adapter(HTTPAdapter):
    """Gives every request the two time-outs, so that none can go without."""

    def __init__(self, timeouts):
        super().__init__(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS, max_retries=0)
        self._timeouts = timeouts

    def send(self, request, *args, **options):
        options["timeout"] = self._timeouts
        return super().send(request, *args, **options)


@cache
def _session(process_id, timeouts):
    """Return this process's session; a forked process makes its own, sockets cannot be shared."""
    session = requests.Session()
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.auth = _keep_headers
    for scheme in ("http://", "https://"):
        session.mount(scheme, _Adapter(timeouts))
    return session


def _keep_headers(request):
    """Keep the Authorization header that was given, whatever ``.netrc`` says."""
    return request
