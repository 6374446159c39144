"""What is to be invoiced, in plain values."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class InvoiceLine:
    """One line of an invoice, in the terms of ``account.move.line``.

    ``price_unit`` includes taxes only as far as the taxes themselves are price-included; ``discount`` is a percentage;
    ``name`` None leaves the text to the product, ``account_id`` None the account to product and journal. ``values`` are
    pairs of further field names and values as ``create`` takes them.
    """

    product_id: int
    price_unit: Decimal
    tax_ids: tuple[int, ...]
    name: str | None = None
    quantity: Decimal = Decimal(1)
    discount: Decimal = Decimal(0)
    account_id: int | None = None
    values: tuple[tuple[str, object], ...] = ()

    @property
    def pattern(self):
        """All that decides about amounts, accounts and taxes: everything but the text."""
        return (
            self.product_id,
            self.price_unit,
            self.tax_ids,
            self.name is None,
            self.quantity,
            self.discount,
            self.account_id,
            repr(self.values),
        )


@dataclass(frozen=True)
class Invoice:
    """One customer invoice in the currency and company of its journal.

    ``fiscal_position_id`` and ``payment_term_id`` None mean what the partner gives; 0 means none. ``total``, taxes
    included, is what the invoice must come to: another total refuses it.
    """

    partner_id: int
    journal_id: int
    invoice_date: date
    lines: tuple[InvoiceLine, ...]
    ref: str | None = None
    origin: str | None = None
    fiscal_position_id: int | None = None
    payment_term_id: int | None = None
    values: tuple[tuple[str, object], ...] = ()
    total: Decimal | None = None

    @property
    def pattern(self):
        """All that two invoices must share, beside what their partners give, to be equal but for names and texts."""
        return (
            self.journal_id,
            self.invoice_date,
            self.fiscal_position_id,
            self.payment_term_id,
            repr(self.values),
            tuple(line.pattern for line in self.lines),
        )
