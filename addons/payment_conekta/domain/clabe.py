"""The check digit of a CLABE: the account number of 18 digits to which a SPEI goes."""

_WEIGHTS = (3, 7, 1)
LENGTH = 18


def check_digit(first_17):
    """Return the last digit of the CLABE that begins with these 17 digits (ABM: weights 3, 7, 1)."""
    total = sum(int(digit) * _WEIGHTS[place % 3] % 10 for place, digit in enumerate(first_17))
    return str(-total % 10)


def is_clabe(text):
    """Tell whether a text is a CLABE without a wrong digit."""
    is_number = isinstance(text, str) and len(text) == LENGTH and text.isascii() and text.isdigit()
    return is_number and check_digit(text[:-1]) == text[-1]
