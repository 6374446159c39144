"""SAT catalogues of CFDI 4.0, read on first use from ``data/catalogs`` and kept for the life of the process.

A key counts on a day when that day lies within its validity, both ends included. The keys with which the catalogues
began (2022-01-01, when CFDI 4.0 came into force) have no beginning here, because documents of earlier test
environments carry them.
"""

import csv
import gzip
import io
from collections import namedtuple
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import chain, islice
from pathlib import Path

from .names import fold
from .rfc import PersonType

FOLDER = Path(__file__).parent / "data" / "catalogs"
CATALOGUES_BEGIN = date(2022, 1, 1)

TAX_ISR, TAX_IVA, TAX_IEPS = "001", "002", "003"
FACTORS = frozenset({"Tasa", "Cuota", "Exento"})
# c_Pais states the shape of the tax identity number of these two countries only
TAX_ID_PATTERNS = {"USA": r"[0-9]{9}", "CAN": r"[0-9]{9}"}

_TAX_OF_NAME = {"ISR": TAX_ISR, "IVA": TAX_IVA, "IVA Crédito aplicado del 50%": TAX_IVA, "IEPS": TAX_IEPS}
# The catalogue names a clock, not a zone. Sonora keeps its own name, same offset as Mazatlán. The border of Chihuahua
# has two clocks; the earlier one is taken, so that Fecha is never in the future whichever the PAC applies.
_ZONES = {
    "Centro": "America/Mexico_City",
    "Centro en Frontera": "America/Matamoros",
    "Noroeste": "America/Tijuana",
    "Pacífico": "America/Mazatlan",
    "Sureste": "America/Cancun",
}
CLOCKS = frozenset(_ZONES)
_ZONES_BY_STATE = {("SON", "Pacífico"): "America/Hermosillo", ("CHH", "Centro en Frontera"): "America/Ciudad_Juarez"}

Entry = namedtuple("Entry", "key name since until")
Regime = namedtuple("Regime", "key name since until persons")
Use = namedtuple("Use", "key name since until persons regimes")
PaymentForm = namedtuple("PaymentForm", "key name since until is_banked payer_account payee_account has_chain")
Currency = namedtuple("Currency", "key name since until decimals")
PostalCode = namedtuple("PostalCode", "code state border_stimulus clock")


class Catalog:
    """Keys of one catalogue with their names and validity."""

    def __init__(self, entries):
        self._entries = {entry.key: entry for entry in entries}
        self._folded = None

    def __contains__(self, key):
        return key in self._entries

    def __iter__(self):
        return iter(self._entries.values())

    def __len__(self):
        return len(self._entries)

    def get(self, key):
        """Return the entry of ``key`` whatever its validity, or ``None``."""
        return self._entries.get(key)

    def is_valid(self, key, on):
        """Tell whether ``key`` exists and is in force on the date ``on``."""
        entry = self._entries.get(key)
        return (
            entry is not None
            and (entry.since is None or entry.since <= on)
            and (entry.until is None or on <= entry.until)
        )

    def search(self, text, limit=20):
        """Return up to ``limit`` entries whose key begins with ``text`` or whose name has all its words.

        Upper or lower case and accents do not matter.
        """
        if self._folded is None:
            self._folded = [(entry, fold(entry.name)) for entry in self]
        wanted, words = (text or "").strip().upper(), fold(text).split()
        if not words:
            return []
        by_key = (entry for entry, _name in self._folded if entry.key.upper().startswith(wanted))
        by_name = (
            entry
            for entry, name in self._folded
            if all(word in name for word in words) and not entry.key.upper().startswith(wanted)
        )
        return list(islice(chain(by_key, by_name), limit))


_newer = None
_KEPT = []


def _kept(function):
    """Keep what ``function`` returns until :func:`use` is called."""
    kept = cache(function)
    _KEPT.append(kept)
    return kept


def use(folder):
    """Read the catalogues that ``folder`` has from there, before those that came with the product.

    :param folder: a path, or ``None`` to go back to those of the product
    """
    global _newer
    if _newer == (Path(folder) if folder else None):
        return
    _newer = Path(folder) if folder else None
    for function in _KEPT:
        function.cache_clear()


def folder_in_use():
    """Return the folder from which the renewed catalogues are read: the product's own or that given to :func:`use`."""
    return _newer or FOLDER


def _text(name):
    path = FOLDER / name
    if _newer and (_newer / name).exists():
        path = _newer / name
    return gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")


def _rows(name):
    return csv.DictReader(io.StringIO(_text(name)))


def _day(text):
    return date.fromisoformat(text) if text else None


def _common(row):
    since = _day(row.get("vigencia_desde"))
    if since and since <= CATALOGUES_BEGIN:
        since = None
    return row.get("id") or row["clave"], row["texto"], since, _day(row.get("vigencia_hasta"))


def _persons(row):
    flags = ((PersonType.NATURAL, "aplica_fisica"), (PersonType.LEGAL, "aplica_moral"))
    return frozenset(person for person, column in flags if row[column])


def _plain(name):
    return Catalog(Entry(*_common(row)) for row in _rows(name))


@_kept
def regimes():
    return Catalog(Regime(*_common(row), _persons(row)) for row in _rows("regimenes_fiscales.csv"))


@_kept
def uses():
    """c_UsoCFDI with the persons and the receptor's regimes that each use admits."""
    return Catalog(
        Use(*_common(row), _persons(row), frozenset(row["regimenes_fiscales_receptores"].replace(" ", "").split(",")))
        for row in _rows("usos_cfdi.csv")
    )


@_kept
def payment_forms():
    """c_FormaPago with the patterns of the accounts; ``None`` where the form admits no account.

    The catalogue's column "bancarizado" decides; form 99 admits accounts of any shape.
    """
    return Catalog(
        PaymentForm(
            *_common(row),
            bool(row["es_bancarizado"]),
            _account(row, "permite_cuenta_ordenante", "patron_cuenta_ordenante"),
            _account(row, "permite_cuenta_beneficiario", "patron_cuenta_beneficiario"),
            bool(row["permite_tipo_cadena_pago"]),
        )
        for row in _rows("formas_pago.csv")
    )


def _account(row, allowed, pattern):
    # "\V*" is the catalogue's way to say "anything"
    return row[pattern].replace(r"\V*", ".*") if row[allowed] else None


@_kept
def currencies():
    return Catalog(Currency(*_common(row), int(row["decimales"])) for row in _rows("monedas.csv"))


@_kept
def taxes():
    return _plain("impuestos.csv")


@_kept
def tax_objects():
    return _plain("objetos_impuestos.csv")


@_kept
def months():
    return _plain("meses.csv")


@_kept
def periodicities():
    return _plain("periodicidades.csv")


@_kept
def payment_methods():
    return _plain("metodos_pago.csv")


@_kept
def relation_types():
    return _plain("tipos_relaciones.csv")


@_kept
def document_types():
    return _plain("tipos_comprobantes.csv")


@_kept
def exports():
    return _plain("exportaciones.csv")


@_kept
def units():
    return _plain("unidades.csv")


@_kept
def products():
    """c_ClaveProdServ, some 52,700 keys; keys that the SAT's schema admits without a current name have an empty one."""
    return _plain("productos.csv.gz")


@_kept
def product_keys():
    """The keys alone, for checking documents without the cost of the names."""
    return frozenset(line[:8] for line in _text("productos.csv.gz").splitlines()[1:])


@_kept
def _postal_lines():
    return {line[:5]: line for line in _text("codigos_postales.csv.gz").splitlines()[1:]}


def is_postal_code(code):
    """Tell whether ``code`` is in c_CodigoPostal."""
    return code in _postal_lines()


def postal_code(code):
    """Return the :class:`PostalCode` of ``code`` or ``None``.

    ``border_stimulus`` is ``"0"`` outside the border regions, ``"1"`` or ``"2"`` inside them: there, and only for
    taxpayers registered for the stimulus, IVA is 8 %.
    """
    line = _postal_lines().get(code)
    return PostalCode(*line.split(",")) if line else None


def time_zone(code):
    """Return the IANA zone in which a document issued at the postal code ``code`` states its Fecha, or ``None``."""
    place = postal_code(code)
    if place is None:
        return None
    return _ZONES_BY_STATE.get((place.state, place.clock)) or _ZONES[place.clock]


Rates = namedtuple("Rates", "fixed ranges")


@_kept
def _rates():
    """Rates by (kind, tax, factor), kind being ``"traslado"`` or ``"retencion"``.

    The limits of a range are those of today on any day: the catalogue keeps no history of them.
    """
    rates = {}
    for row in _rows("reglas_tasa_cuota.csv"):
        for kind in ("traslado", "retencion"):
            if not row[kind]:
                continue
            known = rates.setdefault((kind, _TAX_OF_NAME[row["impuesto"]], row["factor"]), Rates(set(), []))
            if row["tipo"] == "Fijo":
                known.fixed.add(Decimal(row["valor"]))
            else:
                known.ranges.append((Decimal(row["minimo"]), Decimal(row["valor"])))
    return rates


def is_rate(kind, tax, factor, rate):
    """Tell whether c_TasaOCuota has ``rate`` for that tax and factor.

    :param str kind: ``"traslado"`` or ``"retencion"``
    :param Decimal rate: 0.16 means 16 %; for Cuota, pesos per unit
    """
    known = _rates().get((kind, tax, factor))
    if known is None:
        return False
    return rate in known.fixed or any(low <= rate <= high for low, high in known.ranges)


def admits_use(use, person, regime):
    """Tell whether a receptor of that kind and regime may have the CFDI with the use ``use`` (CFDI40161)."""
    entry = uses().get(use)
    return entry is not None and person in entry.persons and regime in entry.regimes
