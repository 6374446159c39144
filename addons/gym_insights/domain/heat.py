"""How warm a cell of a map of retention is: the class of color of a share, and the share itself."""

STEPS = 6  # classes of color; static/src/cohorts/cohorts.scss has one for each, read by the test of contrast


def percent(part, whole):
    """Return ``part`` in hundredths of ``whole``, rounded; ``None`` of nothing."""
    return round(part * 100 / whole) if whole else None


def step(share):
    """Return the class of a share in hundredths, 0 to ``STEPS`` - 1; the last one is for all of them."""
    return min(STEPS - 1, share * (STEPS - 1) // 100)
