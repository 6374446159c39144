"""Codes that one person reads aloud and another types: eight signs without look-alikes, the last of which is a check.

Weights 1 to 8 over a prime number of signs catch every single slip and every swap of two signs.
"""

import secrets

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXY"  # 29, a prime: no 0 and O, no 1, I and L, no U, no Z
LENGTH = 8


def new_code(choice=secrets.choice):
    """A code that nobody can guess: seven random signs and the check sign."""
    drawn = "".join(choice(SIGNS) for _sign in range(LENGTH - 1))
    return drawn + _check_sign(drawn)


def _check_sign(drawn):
    total = sum(weight * SIGNS.index(sign) for weight, sign in enumerate(drawn, 1))
    # LENGTH * check + total is a multiple of the number of signs
    return SIGNS[-total * pow(LENGTH, -1, len(SIGNS)) % len(SIGNS)]


def read_code(text):
    """The code in what was typed, in any case, with or without dashes and spaces; None when it cannot be one."""
    code = "".join(sign for sign in str(text or "").upper()[:40] if sign not in "- \t")
    is_code = len(code) == LENGTH and all(sign in SIGNS for sign in code) and code[-1] == _check_sign(code[:-1])
    return code if is_code else None


def show_code(code):
    """The code as it is printed, in two halves.

    >>> show_code("7K3QM2XA")
    '7K3Q-M2XA'
    """
    return f"{code[: LENGTH // 2]}-{code[LENGTH // 2 :]}"
