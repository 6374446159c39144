"""The PACs of the sandbox: each stamps a document once and remembers, and knows nothing of what the other stamped."""

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

from odoo.addons.gym_cfdi.domain import seal
from odoo.addons.gym_cfdi.domain.model import TimbreFiscalDigital
from odoo.addons.gym_cfdi.domain.reader import parse, read

from . import timbre
from .judging import Problem, Rejected, judge

# How long SW Sapien remembers a customid
CUSTOM_ID_LASTS = timedelta(hours=72)

BALANCE, UNREGISTERED = "balance", "unregistered"


@dataclass(frozen=True)
class Stamp:
    """A stamp as an answer needs it.

    :param bytes xml: the stamped CFDI
    :param is_repeated: it was made for an earlier request
    """

    xml: bytes
    timbre: TimbreFiscalDigital
    sha256: str
    is_repeated: bool = False

    @property
    def uuid(self):
        return self.timbre.uuid


class Pac:
    """One PAC: ``name`` tells its memory from that of the others."""

    def __init__(self, name, register, clock):
        self.name = name
        self._register = register
        self._clock = clock

    def stamp(self, data, custom_id=None, twice=False):
        """Stamp a document, or return the stamp that it has.

        :param bytes data: the sealed XML
        :param str custom_id: a name by which the caller may find the stamp again for 72 hours
        :param bool twice: misbehave: stamp what was stamped before
        :return: :class:`Stamp`, remembered already
        :raise Rejected: when nothing was stamped
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if not twice and (known := self.find(sha256) or self._find_named(custom_id)):
            return known
        judged = judge(data, self._clock.now())
        if not twice and (known := self._find("seal", judged.comprobante.sello)):
            return known
        self._check_account(judged.comprobante.emisor.rfc)
        made = timbre.make(judged.comprobante.sello, self._clock.local())
        stamp = Stamp(timbre.put(made, judged.root), made, sha256)
        return self._remember(stamp, judged.comprobante, custom_id, twice)

    def find(self, sha256):
        """Return the :class:`Stamp` of the document whose bytes have this hash, or ``None``."""
        return self._find("sha256", sha256)

    def recover(self, data):
        """Return the :class:`Stamp` of these bytes, or ``None`` when they were never stamped here."""
        return self.find(hashlib.sha256(data).hexdigest())

    def get(self, uuid):
        """Return the :class:`Stamp` of a UUID, or ``None``."""
        return self._find("uuid", uuid.upper())

    def balance(self):
        """Return how many stamps are left, ``None`` for no limit."""
        return self._register.setting(BALANCE)

    def stamped(self, rfc=None):
        """Return how many stamps there are, of one issuer or of all."""
        where, parameters = ("AND issuer = ?", [rfc]) if rfc else ("", [])
        query = f"SELECT count(*) AS number FROM stamp WHERE pac = ? {where}"
        return self._register.row(query, self.name, *parameters)["number"]

    def _find(self, column, value):
        query = f"SELECT xml, sha256 FROM stamp WHERE {column} = ? AND pac = ? ORDER BY id LIMIT 1"
        return _stamp_of(self._register.row(query, value, self.name))

    def _find_named(self, custom_id):
        if not custom_id:
            return None
        since = (self._clock.now() - CUSTOM_ID_LASTS).timestamp()
        query = "SELECT xml, sha256 FROM stamp WHERE custom_id = ? AND pac = ? AND stamped_at > ? ORDER BY id LIMIT 1"
        return _stamp_of(self._register.row(query, custom_id, self.name, since))

    def _check_account(self, rfc):
        if rfc in self._register.setting(UNREGISTERED, []):
            raise Rejected(Problem("702", f"El RFC del emisor {rfc} no está registrado con este PAC."))
        if self.balance() == 0:
            raise Rejected(_no_stamps_left())

    def _remember(self, stamp, comprobante, custom_id, twice):
        """Write a stamp down, unless another thread was faster: then its stamp is returned."""
        with self._register.transaction():
            known = self._find("seal", comprobante.sello) or self._find_named(custom_id)
            if known and not twice:
                return known
            self._pay()
            self._register.insert("stamp", self._row(stamp, comprobante, custom_id))
            for related, kind in _relations(comprobante):
                self._register.insert("relation", {"uuid": stamp.uuid, "related": related.upper(), "kind": kind})
        return stamp

    def _pay(self):
        left = self.balance()
        if left == 0:
            raise Rejected(_no_stamps_left())
        if left is not None:
            self._register.set(BALANCE, left - 1)

    def _row(self, stamp, comprobante, custom_id):
        in_pesos = comprobante.total * (comprobante.tipo_cambio or Decimal(1))
        return {
            "uuid": stamp.uuid,
            "pac": self.name,
            "sha256": stamp.sha256,
            "seal": comprobante.sello,
            "custom_id": custom_id,
            "kind": comprobante.tipo_de_comprobante,
            "issuer": comprobante.emisor.rfc,
            "receptor": comprobante.receptor.rfc,
            "total": f"{comprobante.total:f}",
            "total_mxn": f"{in_pesos:f}",
            "is_global": comprobante.informacion_global is not None,
            "issued_at": seal.instant_of(comprobante).timestamp(),
            "stamped_at": self._clock.now().timestamp(),
            "xml": stamp.xml,
        }


def _no_stamps_left():
    return Problem("718", "No cuenta con timbres disponibles.")


def _stamp_of(row):
    return row and Stamp(row["xml"], read(row["xml"]).timbre, row["sha256"], is_repeated=True)


def _relations(comprobante):
    """Yield (UUID, kind) of each document that this one points at."""
    for relation in comprobante.cfdi_relacionados:
        for uuid in relation.uuids:
            yield uuid, relation.tipo_relacion
    if comprobante.pagos:
        for payment in comprobante.pagos.pagos:
            for document in payment.docto_relacionado:
                yield document.id_documento, "pago"


def falsify(stamp, how):
    """Return a stamp as a PAC that is out of its mind answers it; what is remembered stays right.

    :param str how: ``"wrong_tfd"``: signed, but for another document; ``"wrong_uuid"``: the content was altered after
        signing
    """
    if how == "wrong_tfd":
        wrong = timbre.sign(replace(stamp.timbre, sello_cfd=stamp.timbre.sello_cfd[::-1]))
    elif how == "wrong_uuid":
        uuid = stamp.uuid
        wrong = replace(stamp.timbre, uuid=uuid[:-1] + ("0" if uuid[-1] != "0" else "1"))
    else:
        return stamp
    root = parse(stamp.xml)
    old = root.find(f".//{timbre.element_of(stamp.timbre).tag}")
    old.getparent().replace(old, timbre.element_of(wrong))
    return replace(stamp, xml=timbre.serialize(root), timbre=wrong)
