"""The SAT of the sandbox: what became of every document that any of its PACs stamped."""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from enum import Enum
from html import unescape
from typing import NamedTuple

from odoo.addons.gym_cfdi.domain.rfc import GENERIC

from .clock import end_of_working_day

# How long the SAT takes to notice a stamp, in seconds
DELAY = "sat_delay_s"

ACCEPT, REJECT = "accept", "reject"
SUBSTITUTION = "04"

# RMF 2.7.1.35
_FREE_TOTAL = Decimal(1000)
_FREE_KINDS = "ENT"

FOUND = "S - Comprobante obtenido satisfactoriamente."
MALFORMED = "N - 601: La expresión impresa proporcionada no es válida."
NOT_FOUND = "N - 602: Comprobante no encontrado."

_UUID = re.compile(r"[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}")


class State(Enum):
    """What the SAT says of a document: Estado and EstatusCancelacion."""

    LIVE = ("Vigente", "")
    IN_PROCESS = ("Vigente", "En proceso")
    REJECTED = ("Vigente", "Solicitud rechazada")
    CANCELLED = ("Cancelado", "Cancelado sin aceptación")
    ACCEPTED = ("Cancelado", "Cancelado con aceptación")
    LAPSED = ("Cancelado", "Plazo vencido")

    @property
    def is_live(self):
        return self.value[0] == "Vigente"


@dataclass(frozen=True)
class Document:
    """A stamped document that has reached the SAT. ``issued_at`` is an aware instant."""

    uuid: str
    kind: str
    issuer: str
    receptor: str
    total: Decimal
    total_mxn: Decimal
    is_global: bool
    issued_at: datetime
    seal: str


class Status(NamedTuple):
    """The answer of the status service, in its words."""

    code: str
    state: str = "No Encontrado"
    cancellable: str = ""
    cancellation: str = ""


class Sat:
    """Reads what the PACs wrote down; cancellations are written by :mod:`.cancelling`."""

    def __init__(self, register, clock):
        self._register = register
        self._clock = clock

    def document(self, uuid):
        """Return the :class:`Document` of a UUID, ``None`` when there is none or it has not arrived yet."""
        arrived = self._clock.now().timestamp() - self._register.setting(DELAY, 0)
        query = "SELECT * FROM stamp WHERE uuid = ? AND stamped_at <= ?"
        row = self._register.row(query, uuid.upper(), arrived)
        if row is None:
            return None
        return Document(
            uuid=row["uuid"],
            kind=row["kind"],
            issuer=row["issuer"],
            receptor=row["receptor"],
            total=Decimal(row["total"]),
            total_mxn=Decimal(row["total_mxn"]),
            is_global=bool(row["is_global"]),
            issued_at=datetime.fromtimestamp(row["issued_at"], timezone.utc),
            seal=row["seal"],
        )

    def state(self, uuid):
        """Return the :class:`State` of a document."""
        row = self._register.row("SELECT * FROM cancellation WHERE uuid = ?", uuid.upper())
        if row is None:
            return State.LIVE
        if not row["needs_acceptance"]:
            return State.CANCELLED
        if row["answer"]:
            return State.ACCEPTED if row["answer"] == ACCEPT else State.REJECTED
        # silence is consent (RMF 2.7.1.34)
        return State.LAPSED if self._clock.now().timestamp() > row["term_ends_at"] else State.IN_PROCESS

    def has_live_relations(self, uuid):
        """Tell whether a document in force points at this one; a substitution (04) does not hold it back."""
        query = "SELECT DISTINCT uuid FROM relation WHERE related = ? AND kind != ?"
        rows = self._register.rows(query, uuid.upper(), SUBSTITUTION)
        return any(self.state(row["uuid"]).is_live for row in rows)

    def substitutes(self, substitute, uuid):
        """Tell whether ``substitute`` declares that it replaces ``uuid``."""
        query = "SELECT 1 FROM relation WHERE uuid = ? AND related = ? AND kind = ?"
        return self._register.row(query, substitute.upper(), uuid.upper(), SUBSTITUTION) is not None

    def needs_acceptance(self, document):
        """Tell whether the receptor is asked before a document is cancelled (RMF 2.7.1.35).

        Not asked: up to 1,000 MXN save payments; credit notes, payroll, transport; general public and foreigners;
        until the end of the working day after issue.
        """
        if document.kind in _FREE_KINDS or document.receptor in GENERIC:
            return False
        if document.kind != "P" and document.total_mxn <= _FREE_TOTAL:
            return False
        return self._clock.now() > end_of_working_day(document.issued_at, 1)

    def status(self, expression):
        """Answer ``expresionImpresa``.

        :return: :class:`Status`
        """
        fields = _fields(expression)
        if fields is None:
            return Status(MALFORMED)
        document = self.document(fields["id"])
        if document is None or not _is_of(document, fields):
            return Status(NOT_FOUND)
        state = self.state(document.uuid)
        return Status(FOUND, state.value[0], self._cancellable(document), state.value[1])

    def _cancellable(self, document):
        if self.has_live_relations(document.uuid):
            return "No cancelable"
        return "Cancelable con aceptación" if self.needs_acceptance(document) else "Cancelable sin aceptación"


def is_uuid(text):
    return _UUID.fullmatch((text or "").upper()) is not None


def _fields(expression):
    """Return {id, re, rr, tt, fe} of ``?id=...&re=...``, ``None`` when it is malformed.

    An ``&`` inside an RFC comes as ``&amp;``.
    """
    pairs = re.split(r"&(?!amp;)", expression.strip().removeprefix("?"))
    fields = {name: unescape(value) for name, separator, value in (pair.partition("=") for pair in pairs) if separator}
    try:
        fields["tt"] = Decimal(fields["tt"])
    except (KeyError, InvalidOperation):
        return None
    is_whole = is_uuid(fields.get("id")) and fields.get("re") and fields.get("rr")
    return fields if is_whole else None


def _is_of(document, fields):
    tail = fields.get("fe", "")
    return (document.issuer, document.receptor, document.total) == (
        fields["re"],
        fields["rr"],
        fields["tt"],
    ) and document.seal.endswith(tail)
