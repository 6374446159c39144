"""A relay by HTTP: Shelly Gen2 and newer, JSON-RPC 2.0 over ``POST /rpc``, digest authentication with SHA-256.

Source: shelly-api-docs.shelly.cloud, Gen2: RPC protocol, Authentication, Switch.
"""

import hashlib
import http.client
import itertools
import json
import secrets
import time
import urllib.error
import urllib.request

TIMEOUT_S = 2


class Relay:
    """The relay of one door. It closes by itself (``toggle_after``): a gate that dies leaves no door open."""

    def __init__(self, address, channel=0, seconds=4, password=""):
        self._url = f"http://{address}/rpc"
        self._channel, self._seconds, self._password = channel, seconds, password
        self._ids = itertools.count(1)
        self._challenge = None
        self._counter = 0

    def open(self):
        """Close the contact for the seconds of the door; return whether the relay confirmed it."""
        self._call("Switch.Set", {"id": self._channel, "on": True, "toggle_after": self._seconds})
        return True

    def get_health(self):
        """Return whether the relay works and what it says."""
        try:
            began = time.monotonic()
            self._call("Switch.GetStatus", {"id": self._channel})
            return True, f"{(time.monotonic() - began) * 1000:.0f} ms"
        except (OSError, ValueError) as error:
            return False, str(error)[:200]

    def _call(self, method, params):
        """Return the result of a method.

        :raise OSError: no answer, or not in time
        :raise ValueError: the relay refused, or answered nonsense
        """
        frame = {"jsonrpc": "2.0", "id": next(self._ids), "src": "gate", "method": method, "params": params}
        status, answer = self._post(frame)
        if status == 401 and self._password:
            self._challenge, self._counter = _read_challenge(answer), 0
            status, answer = self._post(frame)
        if status != 200:
            raise ValueError("the relay wants another password" if status == 401 else f"the relay answered {status}")
        data = json.loads(answer)
        if data.get("error"):
            raise ValueError(f"the relay refused: {data['error'].get('message')}")
        return data.get("result")

    def _post(self, frame):
        if self._challenge:
            frame = frame | {"auth": self._get_auth()}
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self._url, json.dumps(frame).encode(), headers)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - an address of the branch
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            return error.code, error.headers.get("WWW-Authenticate", "") if error.code == 401 else error.read()
        except http.client.HTTPException as error:
            raise ValueError(f"the relay answered half: {error}") from error

    def _get_auth(self):
        """Return the object ``auth`` of a request: RFC 7616 with the body's ``dummy_method:dummy_uri``."""
        self._counter += 1
        realm, nonce, cnonce = self._challenge["realm"], self._challenge["nonce"], secrets.randbelow(10**9)
        response = make_response(realm, self._password, nonce, self._counter, cnonce)
        return {
            "realm": realm,
            "username": "admin",
            "nonce": int(nonce) if nonce.isdecimal() else nonce,
            "cnonce": cnonce,
            "nc": self._counter,
            "response": response,
            "algorithm": "SHA-256",
        }


def make_response(realm, password, nonce, counter, cnonce):
    """Return what proves the password, as Shelly reckons it in an ``auth`` object."""
    first = _sha256(f"admin:{realm}:{password}")
    second = _sha256("dummy_method:dummy_uri")
    return _sha256(f"{first}:{nonce}:{counter}:{cnonce}:auth:{second}")


def _sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def _read_challenge(header):
    """Return realm and nonce of ``Digest qop="auth", realm="...", nonce="...", algorithm=SHA-256``."""
    parts = dict(part.strip().split("=", 1) for part in header.partition(" ")[2].split(",") if "=" in part)
    found = {name: value.strip('"') for name, value in parts.items()}
    if not {"realm", "nonce"} <= found.keys():
        raise ValueError("the relay asks for a password in a way that is not known")
    return found
