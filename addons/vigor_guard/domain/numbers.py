"""Numbers that a stranger sends."""

MAX_DIGITS = 9  # of an id: PostgreSQL's integer has 10, up to 2,147,483,647


def read_id(text):
    """Return the id that a page, a form or a JSON request named, 0 when it is none.

    >>> read_id("12"), read_id(12), read_id("-1"), read_id("9" * 5000), read_id(None), read_id(["1"])
    (12, 12, 0, 0, 0, 0)
    """
    text = str(text or "")
    return int(text) if len(text) <= MAX_DIGITS and text.isdecimal() else 0


def as_record_id(value):
    """Return the id that text or a fraction stands for, None when it is empty.

    PostgreSQL takes 477.0 and " 477 " for 477, and 477.5 for 478.

    :raise ValueError: when it is no id

    >>> as_record_id(" 477 "), as_record_id(477.0), as_record_id("")
    (477, 477, None)
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip()
    if not text:
        return None
    if not read_id(text):
        raise ValueError(f"{text[:40]!r} is no record")
    return read_id(text)
