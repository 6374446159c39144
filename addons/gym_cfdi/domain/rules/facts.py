"""What the rules need to know of a whole document, computed once."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache, cached_property
from typing import NamedTuple

from .. import catalogs
from ..limits import rounded

ZERO = Decimal(0)
FOREIGN_TRADE = "ComercioExterior"


class Day(NamedTuple):
    """All that the rules of a receptor need: the day, and a type of document."""

    at: date
    type: str


class Facts:
    """The document, the day it is judged on and the sums that several rules compare."""

    def __init__(self, document, at=None):
        """:param date at: day on which catalogues and years are judged, that of Fecha by default"""
        self.document = document
        self.at = at or document.fecha.date()
        self.type = document.tipo_de_comprobante
        self.charges = self.type in "IEN"
        currency = catalogs.currencies().get(document.moneda)
        self.decimals = currency.decimals if currency else 2
        self.payment = None

    @cached_property
    def amount(self):
        """Sum of Importe over the concepts."""
        return sum([concept.importe for concept in self.document.conceptos], ZERO)

    @cached_property
    def discount(self):
        """Sum of Descuento over the concepts, ``None`` when no concept has any."""
        discounts = [concept.descuento for concept in self.document.conceptos if concept.descuento is not None]
        return sum(discounts, ZERO) if discounts else None

    @cached_property
    def transfers(self):
        """Sums (base, amount) of the concepts' transferred taxes by (tax, factor, rate)."""
        sums = {}
        for concept in self.document.conceptos:
            for tax in concept.impuestos.traslados if concept.impuestos else ():
                key = (tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)
                base, amount = sums.get(key, (ZERO, ZERO))
                sums[key] = (base + tax.base, amount + (tax.importe or ZERO))
        return sums

    @cached_property
    def withholdings(self):
        """Sums of the concepts' withheld taxes by tax."""
        sums = {}
        for concept in self.document.conceptos:
            for tax in concept.impuestos.retenciones if concept.impuestos else ():
                sums[tax.impuesto] = sums.get(tax.impuesto, ZERO) + tax.importe
        return sums

    @cached_property
    def has_foreign_trade(self):
        return any(FOREIGN_TRADE in getattr(item, "tag", "") for item in self.document.complementos)

    @cached_property
    def is_stamped(self):
        return self.document.timbre is not None

    def rounded(self, amount):
        """Round to the decimals of the document's currency."""
        return rounded(amount, self.decimals)


def decimals_of_currency(key):
    """Return the decimals of a currency, 2 when the catalogue does not have it (another rule says so)."""
    currency = catalogs.currencies().get(key)
    return currency.decimals if currency else 2


@cache
def field_names(cls):
    """Return the fields of a class of the model by the attribute or element of Anexo 20 that they stand for."""
    return {field.metadata.get("attribute") or field.name.capitalize(): field.name for field in fields(cls)}


def is_year_of(year, day: date):
    """Tell whether ``year`` is that of ``day`` or the one before."""
    return year in (day.year, day.year - 1)
