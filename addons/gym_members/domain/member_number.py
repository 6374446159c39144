"""Which member numbers a sequence has given."""


def read_counter(number, prefix, suffix):
    """Return the counter in ``number``, such as 42 of ``S-000042``; ``None`` when it has another shape."""
    if not number.startswith(prefix) or not number.endswith(suffix):
        return None
    digits = number[len(prefix) : len(number) - len(suffix)]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None


def is_given(number, prefix, suffix, padding, next_counter):
    """Tell whether a sequence that goes on with ``next_counter`` has given ``number``.

    One that it has yet to give would meet the next member who joins.
    """
    counter = read_counter(number, prefix, suffix)
    if counter is None or not 0 < counter < next_counter:
        return False
    return number == f"{prefix}{counter:0{padding}d}{suffix}"
