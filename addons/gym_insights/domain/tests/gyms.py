"""Gyms that are drawn by chance, member by member, to try forecasts on: none of them follows the forecast's formula."""

import math

from ..forecast import Month

JANUARY = (1.5, 1.2, 1.1, 1, 1, 0.9, 0.8, 0.9, 1.1, 1, 0.9, 0.7)  # people join in January


def poisson(random, mean):
    """Draw a number of people; the sum of exponential waits, by halves where the mean is large."""
    if mean > 30:
        return max(0, round(random.gauss(mean, math.sqrt(mean))))
    limit, product, number = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        number += 1
    return number


def draw(random, months, members=300, joins=15, leave=0.05, growth=1.0, season=False, fee=500):
    """Return so many months of a gym.

    :param joins: people a month, times ``growth`` each month, by the season when asked; the first month is any
    :param float leave: chance of each member to leave in a month
    """
    phase = random.randrange(12)
    fees = [fee * random.choice((0.8, 1, 1, 1.4)) for _member in range(members)]
    told = []
    for number in range(months):
        start = sum(fees)
        stay = [one for one in fees if random.random() > leave]
        mean = joins * growth**number * (JANUARY[(number + phase) % 12] if season else 1)
        new = [fee * random.choice((0.8, 1, 1, 1.4)) for _member in range(poisson(random, mean))]
        told.append(Month(start, sum(new), start - sum(stay)))
        fees = stay + new
    return told
