"""Clients as small as can be, and documents to send, for the tests of the sandbox."""

import base64
import http.client
import json
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from gym_cfdi.domain import seal
from gym_cfdi.domain.tests.certificates import csd
from gym_cfdi.domain.tests.documents import invoice
from lxml import etree

from gym_cfdi_sandbox.sandbox import accounts

# Of LugarExpedicion 42501
ZONE = ZoneInfo("America/Mexico_City")


def local_now():
    """Return what a clock at the place of issue shows now, as requests to cancel state it."""
    return datetime.now(ZONE).replace(tzinfo=None)


def sealed(at=None, sealer=None, **changes):
    """Return the bytes of a new sealed invoice, unlike any other.

    :param datetime at: aware instant of Fecha; a minute ago by default
    """
    at = at or datetime.now(ZONE) - timedelta(minutes=1)
    fecha = at.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
    document = invoice(**{"fecha": fecha, "folio": uuid.uuid4().hex[:12], **changes})
    return seal.sign(document, sealer or csd()).xml


def with_concept(document, **changes):
    """Return a comprobante with its first concept changed."""
    return replace(document, conceptos=(replace(document.conceptos[0], **changes),))


class Caller:
    """One connection, kept open."""

    def __init__(self, url):
        address = urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=20)

    def request(self, method, path, body=b"", headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    # --- Finkok

    def finkok(self, service, operation, headers=None, **arguments):
        """Call an operation and return the answer's fields.

        ``codes`` are those of the incidences; ``folio``, ``sat`` hold the fields of these structures, ``strings`` a
        list, ``answered`` pairs of status and UUID.
        """
        arguments = {"username": accounts.USERNAME, "password": accounts.PASSWORD} | arguments
        fields = "".join(f"<t:{name}>{_text(value)}</t:{name}>" for name, value in arguments.items())
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f'<t:{operation} xmlns:t="http://facturacion.finkok.com/{service}">{fields}</t:{operation}>'
            "</e:Body></e:Envelope>"
        )
        _status, answer = self.request("POST", f"/servicios/soap/{service}", body.encode(), headers)
        result = etree.fromstring(answer).find(".//{*}" + f"{operation}Result")
        return _fields(result) | {
            "codes": [node.text for node in result.iter("{*}CodigoError")],
            "folio": _fields(result.find(".//{*}Folio")),
            "sat": _fields(result.find("{*}sat")),
            "strings": [node.text for node in result.iter("{*}string")],
            "answered": [
                (node.findtext("{*}status"), node.findtext("{*}uuid"))
                for node in result.iter("{*}Acepta", "{*}Rechaza")
            ],
        }

    # --- SW Sapien

    def sw(self, method, path, body=None, headers=None, token=accounts.TOKEN):
        """Call and return (status, answer); JSON unless ``body`` is bytes."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
        status, answer = self.request(method, path, body or b"", {"Authorization": f"Bearer {token}"} | (headers or {}))
        return status, json.loads(answer)

    def sw_upload(self, path, data, headers=None):
        """Send a file in the multipart field ``xml``."""
        mark = "a-boundary"
        body = b'--%b\r\nContent-Disposition: form-data; name="xml"; filename="xml"\r\n\r\n%b\r\n--%b--\r\n' % (
            mark.encode(),
            data,
            mark.encode(),
        )
        kind = {"Content-Type": f'multipart/form-data; boundary="{mark}"'}
        return self.sw("POST", path, body, kind | (headers or {}))

    def sw_stamp(self, data, version="v4", custom_id=None):
        headers = {"customid": custom_id} if custom_id else {}
        return self.sw_upload(f"/v4/cfdi33/stamp/{version}", data, headers)


def _fields(node):
    return {} if node is None else {etree.QName(child).localname: child.text for child in node}


def _text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
