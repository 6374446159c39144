"""What the property tests draw from: dates of a gym's life, amounts in cents, cycles and parts of periods."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from gym_subscriptions.domain.periods import FORTNIGHT_KINDS, UNITS, Cycle, Period

days = st.dates(min_value=date(2020, 1, 1), max_value=date(2032, 12, 31))
prices = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) / 100)
amounts = st.integers(-2_000_000, 2_000_000).map(lambda cents: Decimal(cents) / 100)
cycles = st.builds(
    Cycle,
    unit=st.sampled_from(UNITS),
    count=st.integers(1, 7),
    anchor=days,
    fortnight_kind=st.sampled_from(FORTNIGHT_KINDS),
)


@st.composite
def periods(draw, max_days=800):
    start = draw(days)
    return Period(start, start + timedelta(days=draw(st.integers(1, max_days))))


@st.composite
def days_within(draw, period):
    """Draw a day of the period or its end."""
    return period.start + timedelta(days=draw(st.integers(0, period.days)))


@st.composite
def days_of(draw, period):
    """Draw a day that belongs to the period."""
    return period.start + timedelta(days=draw(st.integers(0, period.days - 1)))


@st.composite
def cut_periods(draw):
    """Draw a period and the parts that it is cut into, in order."""
    whole = draw(periods())
    cuts = sorted(draw(st.sets(days_within(whole), max_size=6)) | {whole.start, whole.end})
    return whole, [Period(start, end) for start, end in zip(cuts, cuts[1:], strict=False)]
