"""Which members a segment has by how often they came."""

AT_LEAST, AT_MOST = RULES = ("at_least", "at_most")


def asked(rule, count):
    """Return who is looked for: the operator for their ids, and how many visits those have.

    Who came at most so often is everybody but those who came more often: who never came is in no list of visits.

    :param str rule: one of RULES
    :param int count: visits, zero or more
    :return: (operator of ids, operator of visits, visits); ``None`` when everybody is
    """
    if rule == AT_MOST:
        return "not in", ">", count
    return ("in", ">=", count) if count else None
