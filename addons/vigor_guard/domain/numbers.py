"""Numbers that a stranger sends."""

MAX_DIGITS = 9  # of an id: PostgreSQL's integer has 10, up to 2,147,483,647


def read_id(text):
    """Return the id that a page, a form or a JSON request named, 0 when it is none.

    >>> read_id("12"), read_id(12), read_id("-1"), read_id("9" * 5000), read_id(None), read_id(["1"])
    (12, 12, 0, 0, 0, 0)
    """
    text = str(text or "")
    return int(text) if len(text) <= MAX_DIGITS and text.isdecimal() else 0
