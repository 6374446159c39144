"""What the rules need to know of a whole document, computed once."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from functools import cache
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
    """The document, the day it is judged on and the sums that several rules compare.

    - ``amount``: sum of Importe over the concepts
    - ``discount``: sum of Descuento over the concepts, ``None`` when no concept has any
    - ``transfers``: sums (base, amount) of the concepts' transferred taxes by (tax, factor, rate)
    - ``withholdings``: sums of the concepts' withheld taxes by tax
    """

    def __init__(self, document, at=None):
        """:param date at: day on which catalogues and years are judged, that of Fecha by default"""
        self.document = document
        self.at = at or document.fecha.date()
        self.type = document.tipo_de_comprobante
        self.charges = self.type in "IEN"
        self.decimals = decimals_of_currency(document.moneda)
        self.payment = None
        self.has_foreign_trade = any(FOREIGN_TRADE in getattr(item, "tag", "") for item in document.complementos)
        self.is_stamped = document.timbre is not None
        self._add_up(document.conceptos)

    def _add_up(self, concepts):
        self.amount, self.discount, self.transfers, self.withholdings = ZERO, None, {}, {}
        for concept in concepts:
            self.amount += concept.importe
            if concept.descuento is not None:
                self.discount = (self.discount or ZERO) + concept.descuento
            if concept.impuestos:
                self._add_up_taxes(concept.impuestos)

    def _add_up_taxes(self, taxes):
        for tax in taxes.traslados:
            key = (tax.impuesto, tax.tipo_factor, tax.tasa_o_cuota)
            base, amount = self.transfers.get(key, (ZERO, ZERO))
            self.transfers[key] = (base + tax.base, amount + (tax.importe or ZERO))
        for tax in taxes.retenciones:
            self.withholdings[tax.impuesto] = self.withholdings.get(tax.impuesto, ZERO) + tax.importe

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
