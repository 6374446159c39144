"""PUE or PPD, and with which form of payment: what an invoice says about how it is paid.

The rule, from RMF 2.7.1.39 and the guía de llenado (nodes MetodoPago and FormaPago):

- PUE, "in one exhibition", when the whole is paid, or is agreed to be paid at once, by the last day of the month of
  issue, and the form of payment is known. An invoice that says PUE and is still owed when the month is over has to be
  cancelled and issued again as PPD.
- PPD, "in partialities or deferred", otherwise: FormaPago is then 99, and every payment needs a complement.
- A credit note is always PUE, with the form in which the money goes back.
- An invoice of nothing, whose charges are made up for by credits on it, is PUE by compensation (17, CCF art. 2185): no
  payment will come that a complement could be for.
"""

from calendar import monthrange
from datetime import datetime, time, timedelta

from .catalogs import payment_forms

PUE, PPD = "PUE", "PPD"
TO_BE_DEFINED, CONDONATION, COMPENSATION, ADVANCE_APPLIED = "99", "15", "17", "30"
# A stamp must reach the PAC within 72 hours of Fecha; what is left is for the outbox
_KEEPS_ITS_DAY = timedelta(hours=48)
_LAST_SECOND = time(23, 59, 59)


def month_end(day):
    """Return the last day of the month of ``day``."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def payment_method(issued, due, form, is_credit=False, instalments=1):
    """Return PUE or PPD.

    :param date issued: day of the invoice
    :param date due: last day agreed for the whole amount
    :param str form: form of payment that is known or expected, ``None`` when nobody knows
    :param int instalments: in how many parts it was agreed to be paid
    """
    if is_credit:
        return PUE
    is_known = bool(form) and form != TO_BE_DEFINED
    return PUE if is_known and instalments <= 1 and due <= month_end(issued) else PPD


def payment_form(method, form, is_credit=False):
    """Return FormaPago for a method: 99 with PPD (CFDI40105).

    Without a known form, a credit note forgives a debt that nobody had paid yet (15); an invoice keeps 99.
    """
    if method == PPD:
        return TO_BE_DEFINED
    if is_credit and form in (None, "", TO_BE_DEFINED):
        return CONDONATION
    return form or TO_BE_DEFINED


def is_payment_form(form):
    """Tell whether money can come in that form: any of the catalogue but 99."""
    return form in payment_forms() and form != TO_BE_DEFINED


def fecha_of(invoice_date, now):
    """Return Fecha of an invoice that is sealed at ``now``, both by the clock of the place of issue.

    An invoice of an earlier day keeps its day, at its last second, while the 72 hours of the PAC leave a day for the
    stamp; so what was sold on the 31st and is sealed after midnight stays in its month. Otherwise Fecha is now: it is
    never in the future.

    :param date invoice_date: civil date of the invoice
    :param datetime now: naive
    """
    end_of_day = datetime.combine(invoice_date, _LAST_SECOND)
    return end_of_day if now - _KEEPS_ITS_DAY <= end_of_day <= now else now


def fecha_of_period(last_day, now):
    """Return Fecha of a global invoice that is sealed at ``now``: in the month of its sales while that can be.

    The SAT prefills the month's return by Fecha. The global invoice of a period that ends with its month is due within
    24 hours of the end (RMF 2.7.1.21), hence in the next month: it keeps the last second of its own as long as
    :func:`fecha_of` lets it. Otherwise Fecha is now: a global of a day or week stays in its month anyway.

    :param date last_day: of the period, inclusive
    :param datetime now: naive, by the clock of the place of issue
    """
    return now if now.date() <= month_end(last_day) else fecha_of(last_day, now)


def complement_deadline(paid_on):
    """Return the last day for the complement of a payment: the 5th of the next month (RMF 2.7.1.32)."""
    first_of_next = month_end(paid_on) + timedelta(days=1)
    return first_of_next.replace(day=5)


def is_overdue_pue(issued, today):
    """Tell whether the month in which a PUE invoice had to be paid is over."""
    return month_end(issued) < today
