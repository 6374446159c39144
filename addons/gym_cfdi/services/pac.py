"""What this product asks of a PAC (the company that stamps), and the only three ways in which it may fail.

The three matter more than their texts, because they decide what may be done next without stamping twice:

=============  ==========================================  ================================================
error          what is known                               what may follow
=============  ==========================================  ================================================
`TryAgain`     surely not stamped                          the same PAC later, or another one now
`Refused`      surely not stamped, and will not be as is   "document": correct, seal; "account": another PAC
`InDoubt`      it was sent, nobody knows its result        only ``recover()`` of the SAME PAC
=============  ==========================================  ================================================

A client never decides to call twice, keeps nothing between calls but its connection (and its token), and takes plain
values, so that it runs without a database.
"""

from dataclasses import dataclass, field
from typing import ClassVar, Literal, Protocol

_REGISTERED = {}


class PacError(Exception):
    """A PAC, or the SAT, did not do what was asked.

    :param str message: what it said, in its own words (usually Spanish), without credentials
    :param str code: its own code (``"300"``, ``"CFDI40108"``), or ours for the transport (``"timeout"``)
    :param str raw: its whole answer as text, truncated and without credentials; empty when none came
    """

    def __init__(self, message, code="", raw=""):
        super().__init__(f"{code}: {message}" if code else message)
        self.message = message
        self.code = code
        self.raw = raw


class TryAgain(PacError):
    """Surely not stamped: nobody listened, or the PAC asked for patience."""


class Refused(PacError):
    """Surely not stamped, and the same request will never be.

    ``scope`` is ``"document"`` (correct it, seal again; another PAC would say the same) or ``"account"`` (credentials,
    stamps left, RFC not registered with this PAC: another PAC may well stamp it).
    """

    def __init__(self, message, code="", raw="", scope: Literal["document", "account"] = "document"):
        super().__init__(message, code, raw)
        self.scope = scope


class InDoubt(PacError):
    """The request went out and its fate is unknown: time-out, broken connection, HTTP 500, unreadable answer."""


@dataclass(frozen=True)
class Credentials:
    """How to reach a PAC and who we are there; its secrets never show in ``repr``.

    :param str url: address to use instead of the provider's own; empty for the provider's
    :param bool production: the real service rather than the provider's test environment
    :param str rfc: the issuer's RFC, for the few questions that a PAC answers per taxpayer (balance)
    """

    username: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    url: str = ""
    production: bool = False
    rfc: str = ""

    @property
    def secrets(self):
        """What must never be written anywhere."""
        return tuple(secret for secret in (self.password, self.token) if secret)


@dataclass(frozen=True)
class Timeouts:
    """Seconds to wait for a connection, and for an answer after sending."""

    connect: float = 5.0
    read: float = 30.0

    def __iter__(self):
        return iter((self.connect, self.read))


@dataclass(frozen=True)
class Stamped:
    """A stamp. The caller still verifies that it is of the document sent (``domain.tfd.accept``).

    :param bytes xml: the whole stamped CFDI
    :param str code: the PAC's code: empty, or ``"307"``/``"3307"`` when it had stamped these bytes before
    """

    xml: bytes
    uuid: str
    code: str = ""
    message: str = ""
    raw: str = ""


@dataclass(frozen=True)
class CancelAnswer:
    """The result of a request to cancel; no code means "cancelled", only the SAT's status says that.

    :param str code: the SAT's code for the folio (``"201"`` accepted, ``"202"`` asked before...), or the PAC's own
    :param str acuse: the SAT's receipt, XML text; empty when it comes later
    """

    code: str
    acuse: str = ""
    message: str = ""
    raw: str = ""


@dataclass(frozen=True)
class SatStatus:
    """What the SAT knows of a CFDI, in its own words (see :mod:`.sat_status`)."""

    codigo_estatus: str = ""
    estado: str = ""
    es_cancelable: str = ""
    estatus_cancelacion: str = ""
    validacion_efos: str = ""
    raw: str = ""


@dataclass(frozen=True)
class Taxpayer:
    """What the SAT's list of RFCs has of one, as far as the PAC tells; ``None`` is what it does not tell."""

    is_listed: bool
    is_name_right: bool | None = None
    is_postal_code_right: bool | None = None
    raw: str = ""


class Pac(Protocol):
    """A client of one PAC with one account. Every method may raise any of the three errors, and nothing else.

    ``domains`` are the provider's: who manages the CFDI may have the credentials sent to these alone.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    needs: ClassVar[tuple[str, ...]]
    is_sandbox: ClassVar[bool]
    domains: ClassVar[tuple[str, ...]]

    def __init__(self, credentials: Credentials, timeouts: Timeouts = Timeouts()): ...  # noqa: B008 (frozen)

    @property
    def status_url(self) -> str:
        """Where the SAT (or who plays it for this PAC's test stamps) answers :func:`.sat_status.query`."""

    def stamp(self, xml: bytes, request_id: str) -> Stamped:
        """Have a sealed CFDI stamped; bytes that it stamped before give that same stamp again.

        :param str request_id: at most 100 characters, another one for every seal
        """

    def recover(self, xml: bytes, request_id: str) -> Stamped | None:
        """Return the stamp of bytes that were sent before, or ``None`` when the PAC says that it never stamped them.

        It may itself stamp them where the PAC knows no other way to ask; it never leads to a second UUID. A `Refused`
        about the document, too, says that they never were stamped; after any other error the doubt stands. Ask a minute
        after sending, not at once: a PAC may need seconds to find a stamp of its own.
        """

    def cancel(self, signed: bytes, uuid: str, rfc: str) -> CancelAnswer:
        """Hand the SAT a signed request (``domain.cancellation.request``) that names one CFDI."""

    def cancel_receipt(self, rfc: str, uuid: str) -> str | None:
        """Return the SAT's receipt of a cancellation, XML text, when the PAC has it."""

    def pending(self, rfc: str) -> list[str]:
        """Return the UUIDs whose cancellation waits for the answer of this RFC as receptor."""

    def balance(self) -> int | None:
        """Return how many stamps are left, or ``None`` when the PAC does not count them."""

    def look_up(self, rfc: str, name: str, postal_code: str) -> Taxpayer | None:
        """Return what the SAT's list of RFCs (l_RFC) has of a customer, or ``None`` when this PAC does not offer it.

        :param str name: as the CFDI would state it
        :param str postal_code: of the fiscal domicile
        """

    def check(self) -> None:
        """Do something harmless that fails unless the address and the credentials serve."""


def provider(client):
    """Register a class as the client of the PAC that its ``code`` names (class decorator)."""
    _REGISTERED[client.code] = client
    return client


def registered():
    """Return {code: class} of what has been imported so far; see :func:`~..services.clients` for all."""
    return dict(_REGISTERED)
