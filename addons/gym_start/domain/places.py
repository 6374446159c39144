"""Where in Mexico a postal code is."""

import re

# First and last two digits of the postal codes of each state, with the code that Odoo gives it (Correos de México,
# Catálogo Nacional de Códigos Postales)
_RANGES = (
    (1, 16, "CMX"),
    (20, 20, "AGU"),
    (21, 22, "BCN"),
    (23, 23, "BCS"),
    (24, 24, "CAM"),
    (25, 27, "COA"),
    (28, 28, "COL"),
    (29, 30, "CHP"),
    (31, 33, "CHH"),
    (34, 35, "DUR"),
    (36, 38, "GUA"),
    (39, 41, "GRO"),
    (42, 43, "HID"),
    (44, 49, "JAL"),
    (50, 57, "MEX"),
    (58, 61, "MIC"),
    (62, 62, "MOR"),
    (63, 63, "NAY"),
    (64, 67, "NLE"),
    (68, 71, "OAX"),
    (72, 75, "PUE"),
    (76, 76, "QUE"),
    (77, 77, "ROO"),
    (78, 79, "SLP"),
    (80, 82, "SIN"),
    (83, 85, "SON"),
    (86, 86, "TAB"),
    (87, 89, "TAM"),
    (90, 90, "TLA"),
    (91, 96, "VER"),
    (97, 97, "YUC"),
    (98, 99, "ZAC"),
)


def state_of_zip(zip_code):
    """Return Odoo's code of the state of a postal code of five digits; ``None`` when it is of none.

    >>> state_of_zip("06700"), state_of_zip("22010"), state_of_zip("17000"), state_of_zip("")
    ('CMX', 'BCN', None, None)
    """
    if not re.fullmatch(r"[0-9]{5}", zip_code or ""):
        return None
    return next((code for first, last, code in _RANGES if first <= int(zip_code[:2]) <= last), None)
