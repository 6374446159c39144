"""Requests and answers as the protocols see them."""

import json
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Request:
    """:param dict headers: names in lower case"""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self):
        """:raise ValueError: when the body is not a JSON object"""
        values = json.loads(self.body or b"{}")
        if not isinstance(values, dict):
            raise ValueError("the body must be a JSON object")
        return values

    def part(self, name):
        """Return the content of a multipart field, or ``None``."""
        _, _, boundary = self.headers.get("content-type", "").partition("boundary=")
        if not boundary:
            return None
        marker = f'name="{name}"'.encode()
        for part in self.body.split(b"--" + boundary.split(";")[0].strip().strip('"').encode())[1:-1]:
            head, _, content = part.partition(b"\r\n\r\n")
            if marker in head:
                return content.removesuffix(b"\r\n")
        return None


@dataclass(frozen=True)
class Response:
    """:param float drip_s: seconds over which the body is spread"""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0

    @classmethod
    def of_json(cls, values, status=200):
        return cls(status, "application/json; charset=utf-8", json.dumps(values, ensure_ascii=False).encode())

    @classmethod
    def of_xml(cls, text, status=200):
        return cls(status, "text/xml; charset=utf-8", text.encode())

    def spoiled(self):
        """Return it cut in the middle, although it claims to be whole."""
        return replace(self, body=self.body[: len(self.body) // 2] + b"<\x00{")


class Drop(Exception):
    """Close the connection without an answer."""
