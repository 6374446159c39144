"""HTTP: hears requests, lets the protocol answer, and fails when it is told to."""

import contextlib
import socket
import sys
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from . import faults
from .cancelling import CancelDesk
from .clock import Clock
from .control import ControlApi
from .faults import Faults
from .finkok import Finkok
from .messages import Drop, Request, Response
from .register import Register
from .sat import Sat
from .sat_service import SatService
from .sw_sapien import SwSapien

_SLICES = 20
_TRY_LATER_S = "1"


class Server:
    """The sandbox on a thread of its own, for as long as the ``with`` lasts.

    :param state_file: where it remembers; the same file again is the same sandbox
    :param int port: 0 takes a free one
    :param str host: loopback, unless you mean it: whoever reaches it may change everything
    """

    def __init__(self, state_file, port=0, host="127.0.0.1"):
        self.register = Register(state_file)
        self.clock = Clock(self.register)
        self.faults = Faults()
        self._http = _HttpServer((host, port), _Handler)
        self._http.services = self._services()
        self._http.faults = self.faults
        self.url = f"http://{host}:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.05,), name="pac-sandbox", daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._http.shutdown()
        self._thread.join()
        self.close()

    def close(self):
        """Give back the port, the connections and the file."""
        self._http.server_close()
        self.register.close()

    def serve_forever(self):
        """Serve on this thread until it is interrupted."""
        try:
            self._http.serve_forever()
        finally:
            self.close()

    def _services(self):
        world = (self.register, self.clock)
        sat = Sat(*world)
        desk = CancelDesk(*world, sat)
        return [
            Finkok(*world, sat, desk),
            SwSapien(*world, desk),
            SatService(sat),
            ControlApi(*world, self.faults, sat, desk),
        ]


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, *args):
        self._open = set()
        super().__init__(*args)

    def process_request(self, request, client_address):
        self._open.add(request)
        return super().process_request(request, client_address)

    def shutdown_request(self, request):
        self._open.discard(request)
        return super().shutdown_request(request)

    def server_close(self):
        """Also end the connections that clients keep open."""
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        return super().server_close()

    def handle_error(self, request, client_address):
        """Clients may leave whenever they like; what is not that is a fault of ours and shown."""
        if isinstance(sys.exc_info()[1], ConnectionError | TimeoutError):
            return None
        return super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def do_GET(self):
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET

    def log_message(self, *arguments):
        """Say nothing: tests make thousands of requests."""

    def _serve(self):
        try:
            self._send(self._answer(self._request()))
        except Drop:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)

    def _request(self):
        address = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", 0)))
        return Request(self.command, unquote(address.path), dict(parse_qsl(address.query, True)), headers, body)

    def _answer(self, request):
        service = next((item for item in self.server.services if item.serves(request.path)), None)
        if service is None:
            return Response.of_json({"error": f"nothing is served at {request.path}"}, 404)
        try:
            operation = service.operation(request)
            fault = self._fault(service, operation, request)
        except ValueError as error:
            return Response.of_json({"error": str(error)}, 400)
        if fault is None:
            return service.answer(request, operation, None)
        return _answer_with(fault, lambda: service.answer(request, operation, fault))

    def _fault(self, service, operation, request):
        if not service.protocol or operation is None:
            return None
        header = request.headers.get(faults.HEADER.lower())
        return faults.of_header(header) if header else self.server.faults.take(service.protocol, operation)

    def _send(self, response):
        self.send_response(response.status)
        self.send_header("Content-Type", response.content_type)
        self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if response.drip_s:
            self._drip(response)
        else:
            self.wfile.write(response.body)

    def _drip(self, response):
        size = max(1, len(response.body) // _SLICES)
        for at in range(0, len(response.body), size):
            time.sleep(response.drip_s / _SLICES)
            self.wfile.write(response.body[at : at + size])
            self.wfile.flush()


def _answer_with(fault, answer):
    """Do what a fault says around an answer.

    :raise Drop: when there is none
    """
    kind = fault.kind
    if kind == faults.DELAY:
        time.sleep(fault.seconds)
    elif kind == faults.DROP_BEFORE:
        raise Drop
    elif kind == faults.HTTP_500:
        return _broken(500)
    elif kind == faults.HTTP_503:
        return _broken(503, {"Retry-After": _TRY_LATER_S})
    response = answer()
    if kind == faults.DROP_AFTER:
        raise Drop
    if kind == faults.HTTP_500_AFTER:
        return _broken(500)
    if kind == faults.MALFORMED:
        return response.spoiled()
    return replace(response, drip_s=fault.seconds) if kind == faults.SLOW else response


def _broken(status, headers=None):
    return Response(status, "text/html; charset=utf-8", b"<html><body>Sandbox fault</body></html>", headers or {})
