"""The server as a gate sees it: four questions by HTTPS, with the key of the gate."""

import gzip
import http.client
import json
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from ..domain import protocol

TIMEOUT_S = 20
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class Unreachable(Exception):
    """The server did not answer, or not sensibly; it may be asked again."""


class Refused(Exception):
    """The server does not know this gate, or not what it asked.

    :ivar int status: of HTTP
    """

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


class _NoRedirections(urllib.request.HTTPRedirectHandler):
    """The key goes to no other address."""

    def redirect_request(self, *args, **kwargs):
        return None


class Server:
    """Asks one server.

    :param str url: https, or http on this computer
    :param str key: ``None`` before pairing
    :raise ValueError: for an address that would show the key to others
    """

    def __init__(self, url, key=None):
        parts = urlsplit(url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError(f"{url} is no address to trust with a key. Use https.")
        self._url = f"{parts.scheme}://{parts.netloc}{protocol.PATH}"
        self._key = key
        self._opener = urllib.request.build_opener(_NoRedirections)

    def pair(self, code, program):
        """Return ``key``, ``name`` and ``branch`` for a pairing code."""
        return self._post("pair", {"code": code, "program": program})

    def poll(self, since, report):
        """Return what is new after a version."""
        return self._post("poll", report | {"since": since})

    def send(self, events, timeout_s=TIMEOUT_S):
        """Hand events over; return the number up to which the server has them."""
        return self._post("events", {"events": events}, timeout_s)["accepted"]

    def decide(self, question, timeout_s=protocol.ASK_TIMEOUT_S):
        """Return the decision of the server about somebody at the door."""
        return self._post("decide", question, timeout_s)

    def _post(self, name, data, timeout_s=TIMEOUT_S):
        headers = {"Content-Type": "application/json", "Accept-Encoding": "gzip"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        request = urllib.request.Request(f"{self._url}/{name}", json.dumps(data).encode(), headers, method="POST")
        try:
            with self._opener.open(request, timeout=timeout_s) as response:
                body = response.read()
                is_zipped = response.headers.get("Content-Encoding") == "gzip"
            return json.loads(gzip.decompress(body) if is_zipped else body)
        except urllib.error.HTTPError as error:
            raise _as_refusal(error) from error
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise Unreachable(str(error)) from error


def _as_refusal(error):
    """Return a refusal of the gate's own addresses; anything else that answers is no server of ours."""
    try:
        text = json.loads(error.read())["error"]
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return Unreachable(f"answered {error.code}")
    return Refused(error.code, text) if error.code < 500 else Unreachable(text)
