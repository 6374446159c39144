"""Whether what somebody typed can be an e-mail address or a Mexican postal code: the shape, not whether it exists."""

import re

_EMAIL = re.compile(r"[^@\s<>\",;]+@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_ZIP = re.compile(r"[0-9]{5}")


def is_email(text):
    """Tell whether ``text`` is one address at a domain with a dot: mail to ``ana@example`` leaves no server."""
    return _EMAIL.fullmatch((text or "").strip()) is not None


def is_mexican_zip(text):
    """Tell whether ``text`` has the five digits of a Mexican postal code."""
    return _ZIP.fullmatch(text or "") is not None
