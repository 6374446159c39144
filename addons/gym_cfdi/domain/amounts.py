"""From the amounts of a posted invoice to the amounts of its CFDI, equal to the cent and within the SAT's limits.

The policy, which holds for both of Odoo's rounding methods and for prices with or without tax:

1. Every amount of a concept except ValorUnitario has the decimals of the currency (2 for pesos). The base of a line is
   the amount that accounting posted for it, so sums need no rounding: SubTotal - Descuento is the invoice's untaxed
   amount (CFDI40108, 40215, 40216).
2. Importe is the line before its discount, Descuento what is missing to the posted amount. ValorUnitario is
   Importe / Cantidad at up to 6 decimals, which keeps Importe within its limits for any quantity (CFDI40167).
3. The tax of a line is the amount posted for it when the limits of Base x rate admit it (CFDI40180, 40186). What
   global rounding put elsewhere is moved cent by cent to the lines with the largest base and room within their limits,
   so that each tax adds up to what was posted (CFDI40211, 40221) and Total is the invoice's total (CFDI40119).
4. A negative line (a discount, an advance) becomes Descuento of a positive line with the same taxes, or of several in
   proportion when none is large enough, because a CFDI admits no negative amount. One without taxes (cash rounding, a
   gift card) may be taken from any line and leaves the bases of the taxes as posted. Where rounding leaves the taxes no
   room, a few cents of such discounts are moved between those lines.
5. A line whose base is zero after its discount is "subject to tax that causes none" (ObjetoImp 04), since the base of
   a tax must be above zero (CFDI40174). A line without price is left out (CFDI40166).

What cannot be said within these rules, as a tax that somebody changed by hand by several cents, is refused with the
line and the limits, before anything is sent.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from .limits import rounded
from .spreading import EXEMPT, AmountsError, Draft, settle_taxes, take_from_others

TRANSFERRED, WITHHELD = "traslado", "retencion"
NOT_SUBJECT, SUBJECT, SUBJECT_WITHOUT_TAX = "01", "02", "04"
_ZERO = Decimal(0)


@dataclass(frozen=True)
class LineTax:
    """A tax of an invoice line, with the base and amount posted for it in the invoice's currency.

    ``amount`` is positive for a withholding too. ``factor`` is Tasa, Cuota or Exento; an exempt one has no rate and
    amount zero. ``rate`` has up to 6 decimals: 0.16 means 16 %.
    """

    kind: str
    tax: str
    factor: str
    rate: Decimal | None
    base: Decimal
    amount: Decimal = _ZERO

    @property
    def key(self):
        return self.kind, self.tax, self.factor, self.rate


@dataclass(frozen=True)
class InvoiceLine:
    """An invoice line as accounting posted it, in the invoice's currency; credit notes with positive amounts too.

    :param Decimal quantity: as invoiced; the sign does not matter
    :param Decimal net: posted amount without taxes after discount; negative for discounts and advances
    :param Decimal gross: the same before the discount, any decimals; ``None`` without discount
    :param reference: given back in the concept, to find description and keys again
    """

    quantity: Decimal
    net: Decimal
    gross: Decimal | None = None
    taxes: tuple[LineTax, ...] = ()
    reference: object = None

    @property
    def signature(self):
        return frozenset(tax.key for tax in self.taxes)


@dataclass(frozen=True)
class ConceptTax:
    """A tax of a concept or of the summary; ``amount`` is ``None`` for an exempt one."""

    tax: str
    factor: str
    rate: Decimal | None
    base: Decimal
    amount: Decimal | None


@dataclass(frozen=True)
class Concept:
    """The amounts of one Concepto."""

    reference: object
    quantity: Decimal
    unit_value: Decimal
    amount: Decimal
    discount: Decimal | None
    tax_object: str
    transferred: tuple[ConceptTax, ...] = ()
    withheld: tuple[ConceptTax, ...] = ()


@dataclass(frozen=True)
class Amounts:
    """All amounts of a CFDI of type I or E. Totals that must be left out of the document are ``None``."""

    concepts: tuple[Concept, ...]
    subtotal: Decimal
    discount: Decimal | None
    transferred: tuple[ConceptTax, ...]
    withheld: tuple[tuple[str, Decimal], ...]
    total_transferred: Decimal | None
    total_withheld: Decimal | None
    total: Decimal


def amounts_of_invoice(lines, decimals=2):
    """Return the :class:`Amounts` of a posted invoice.

    :param lines: :class:`InvoiceLine` of every line with an amount
    :param int decimals: of the invoice's currency
    :raise AmountsError: when nothing can be invoiced, a negative line finds no line to be taken from, or a posted tax
        is outside what the SAT admits for its base
    """
    drafts = [Draft(line, line.net) for line in lines if _has_price(line, decimals)]
    if not drafts:
        raise AmountsError(
            es=("La factura no tiene ninguna línea con importe.", "Agregue al menos una línea con precio."),
            en=("The invoice has no line with an amount.", "Add at least one line with a price."),
        )
    for line in lines:
        if line.net < 0:
            take_from_others(line, drafts, decimals)
    posted = {}
    for tax in (tax for line in lines for tax in line.taxes):
        posted[tax.key] = posted.get(tax.key, _ZERO) + tax.amount
    settle_taxes(drafts, posted, decimals)
    return add_up(tuple(_concept(draft, decimals) for draft in drafts), decimals)


def _has_price(line, decimals):
    return line.net > 0 or (line.net == 0 and rounded(line.gross or _ZERO, decimals) > 0)


def _concept(draft, decimals):
    amount, discount = _gross_and_discount(draft, decimals)
    quantity, unit_value = _quantity_and_unit_value(draft.line, amount)
    taxes = sorted((tax for tax in draft.taxes.values() if tax.base > 0), key=lambda tax: str(tax.key))
    if taxes:
        tax_object = SUBJECT
    else:
        tax_object = SUBJECT_WITHOUT_TAX if draft.line.taxes else NOT_SUBJECT
    return Concept(
        reference=draft.line.reference,
        quantity=quantity,
        unit_value=unit_value,
        amount=amount,
        discount=discount,
        tax_object=tax_object,
        transferred=tuple(_concept_tax(tax, draft, decimals) for tax in taxes if tax.kind == TRANSFERRED),
        withheld=tuple(_concept_tax(tax, draft, decimals) for tax in taxes if tax.kind == WITHHELD),
    )


def _gross_and_discount(draft, decimals):
    """Return Importe and Descuento (``None`` when there is none) so that their difference is the posted amount."""
    line = draft.line
    amount = rounded(max(line.net, line.gross or _ZERO), decimals)
    discount = amount - rounded(draft.net, decimals)
    return amount, discount or None


def _quantity_and_unit_value(line, amount):
    """Return Cantidad and a ValorUnitario above zero whose product admits ``amount``.

    A price per unit below a millionth cannot be written: then the line is stated as one unit.
    """
    quantity = rounded(abs(line.quantity), 6)
    if quantity:
        unit_value = rounded(amount / quantity, 6)
        if unit_value:
            return _shortest(quantity, 0), _shortest(unit_value, 2)
    return Decimal(1), _shortest(rounded(amount, 6), 2)


def _shortest(number, least):
    """Return ``number`` without needless zeros, with at least ``least`` decimals."""
    short = number.normalize()
    return short if short.as_tuple().exponent < -least else rounded(number, least)


def _concept_tax(tax, draft, decimals):
    exempt = tax.factor == EXEMPT
    return ConceptTax(
        tax=tax.tax,
        factor=tax.factor,
        rate=None if exempt else rounded(tax.rate, 6),
        base=rounded(tax.base, decimals),
        amount=None if exempt else rounded(draft.settled[tax.key], decimals),
    )


def add_up(concepts, decimals=2):
    """Return the :class:`Amounts` of a document with these concepts.

    :raise AmountsError: when more is withheld than charged
    """
    zero = rounded(_ZERO, decimals)
    subtotal = sum((concept.amount for concept in concepts), zero)
    discount = sum((concept.discount for concept in concepts if concept.discount), zero)
    transferred = _summary(tax for concept in concepts for tax in concept.transferred)
    withheld = {}
    for concept in concepts:
        for tax in concept.withheld:
            withheld[tax.tax] = withheld.get(tax.tax, zero) + tax.amount
    charged = [tax.amount for tax in transferred if tax.amount is not None]
    total = subtotal - discount + sum(charged, zero) - sum(withheld.values(), zero)
    if total < 0:
        raise AmountsError(
            es=(f"El total del comprobante sería {total}.", "Revise las retenciones y los descuentos."),
            en=(f"The total of the document would be {total}.", "Check withholdings and discounts."),
        )
    return Amounts(
        concepts=concepts,
        subtotal=subtotal,
        discount=discount if any(concept.discount for concept in concepts) else None,
        transferred=transferred,
        withheld=tuple(sorted(withheld.items())),
        total_transferred=sum(charged, zero) if charged else None,
        total_withheld=sum(withheld.values(), zero) if withheld else None,
        total=total,
    )


def _summary(taxes):
    """Return one :class:`ConceptTax` for each tax, factor and rate (CFDI40218)."""
    summary = {}
    for tax in taxes:
        key = (tax.tax, tax.factor, tax.rate)
        known = summary.get(key)
        if known is None:
            summary[key] = tax
        else:
            amount = None if tax.amount is None else known.amount + tax.amount
            summary[key] = replace(known, base=known.base + tax.base, amount=amount)
    return tuple(summary[key] for key in sorted(summary, key=str))
