"""A browser of few words that reaches a machine through its nginx."""

import base64
import http.client
import json
import os
import re
import socket
import ssl
import struct
from dataclasses import dataclass
from http.cookies import SimpleCookie
from urllib.parse import urlencode

NAME = "gym.example.com"
CERTIFICATE = f"etc/letsencrypt/live/{NAME}/fullchain.pem"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self):
        """The body as text."""
        return self.body.decode()


class Visitor:
    """Somebody with cookies, who trusts the gym's certificate and no other."""

    def __init__(self, machine):
        self.machine, self.cookies = machine, {}

    def _connect(self, port):
        with self.machine.network():
            return socket.create_connection(("127.0.0.1", port), 60)

    def connect(self):
        """A connection to the gym over TLS."""
        trusting = ssl.create_default_context(cafile=self.machine.root / CERTIFICATE)
        return trusting.wrap_socket(self._connect(443), server_hostname=NAME)

    def ask(self, path, method="GET", body=None, **headers):
        """Ask the gym for something."""
        headers |= {"Host": NAME, "Cookie": self._cookie_header()}
        return self._ask(self.connect(), path, method, body, headers)

    def ask_plainly(self, path, port=80, host=NAME):
        """Ask without TLS."""
        return self._ask(self._connect(port), path, "GET", None, {"Host": host})

    def _ask(self, opened, path, method, body, headers):
        connection = http.client.HTTPConnection(NAME)
        connection.sock = opened
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
        found = Answer(answer.status, answer.headers, answer.read())
        connection.close()
        return found

    def _cookie_header(self):
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, path, **fields):
        """Send a form."""
        return self.ask(path, "POST", urlencode(fields), **{"Content-Type": "application/x-www-form-urlencoded"})

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        params = {"model": model, "method": method, "args": args, "kwargs": kwargs}
        body = json.dumps({"jsonrpc": "2.0", "method": "call", "params": params})
        told = json.loads(self.ask("/web/dataset/call_kw", "POST", body, **{"Content-Type": "application/json"}).body)
        assert "error" not in told, told["error"]
        return told["result"]

    def sign_in(self, login, password):
        """Sign in by the page; return the answer to the form."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("/web/login").text)[1]
        return self.send("/web/login", login=login, password=password, csrf_token=token)

    def is_let_in(self):
        """Whether an authority that proves who the name belongs to finds its proof."""
        answer = self.ask_plainly("/.well-known/acme-challenge/token")
        return (answer.status, answer.text) == (200, "proof\n")

    def listen(self):
        """A websocket, subscribed to what the gym tells this user."""
        return Websocket(self.connect(), self._cookie_header())


class Websocket:
    """As much of RFC 6455 as short texts need."""

    def __init__(self, opened, cookies):
        self._socket = opened
        key = base64.b64encode(os.urandom(16)).decode()
        self._socket.sendall(
            f"GET /websocket?version=19.0-2 HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}\r\nCookie: {cookies}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        self._file = self._socket.makefile("rb")
        self.status = int(self._file.readline().split()[1])
        while self._file.readline().strip():
            pass

    def send(self, **message):
        """Send a message of less than 126 bytes."""
        payload, mask = json.dumps(message).encode(), os.urandom(4)
        masked = bytes(byte ^ mask[number % 4] for number, byte in enumerate(payload))
        self._socket.sendall(bytes([0x81, 0x80 | len(payload)]) + mask + masked)

    def receive(self):
        """The next message."""
        length = self._file.read(2)[1]
        if length == 126:
            [length] = struct.unpack(">H", self._file.read(2))
        return json.loads(self._file.read(length))

    def close(self):
        """Hang up."""
        self._socket.close()
