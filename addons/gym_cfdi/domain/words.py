"""Amounts in words, as Mexican invoices print them: ``Quinientos noventa y nueve pesos 00/100 M.N.``"""

import re
from decimal import ROUND_HALF_UP, Decimal

from num2words import num2words

# Currency: (one, many, what follows the cents)
_NAMES = {
    "MXN": ("peso", "pesos", "M.N."),
    "USD": ("dólar", "dólares", "USD"),
    "EUR": ("euro", "euros", "EUR"),
}
_CENT = Decimal("0.01")


def amount_in_words(amount, currency="MXN"):
    """Write an amount in words, cents as a fraction, rounded half up.

    :param Decimal amount: not negative
    :param str currency: ISO code; one without a Spanish name here is written as its code
    """
    cents = int((amount / _CENT).quantize(Decimal(1), ROUND_HALF_UP))
    whole, cents = divmod(cents, 100)
    one, many, suffix = _NAMES.get(currency, (currency, currency, currency))
    words = _before_a_noun(num2words(whole, lang="es"))
    link = " de" if whole and whole % 10**6 == 0 else ""
    return f"{words.capitalize()}{link} {one if whole == 1 else many} {cents:02d}/100 {suffix}"


def _before_a_noun(words):
    """``veintiuno mil uno`` is said ``veintiún mil un`` before what is counted."""
    words = words.replace("dieciseis", "dieciséis")
    words = re.sub(r"veintiuno(?= mil| millones| billones|$)", "veintiún", words)
    return re.sub(r"\buno(?= mil| millones| billones|$)", "un", words)
