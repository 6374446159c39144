"""The time zones of Mexico, and what day it is in one."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

CENTRAL = "America/Mexico_City"
# Ley de los Husos Horarios en los Estados Unidos Mexicanos (DOF 28-10-2022), by ISO 3166-2 code of the state; all
# others are Central. Municipalities with another hour than their state (most of the northern border, Bahía de
# Banderas) are told by their postal code, or by the branch.
ZONES_BY_STATE = {
    "BCN": "America/Tijuana",
    "BCS": "America/Mazatlan",
    "CHH": "America/Chihuahua",
    "NAY": "America/Mazatlan",
    "ROO": "America/Cancun",
    "SIN": "America/Mazatlan",
    "SON": "America/Hermosillo",
}


def zone_of_state(state_code):
    """Return the IANA name of the zone of a Mexican state, Central when it is not known.

    >>> zone_of_state("SON"), zone_of_state("CMX"), zone_of_state(None)
    ('America/Hermosillo', 'America/Mexico_City', 'America/Mexico_City')
    """
    return ZONES_BY_STATE.get(state_code, CENTRAL)


def latest_day(instant):
    """Return the latest civil date that holds anywhere on Earth at the naive UTC ``instant``: a limit to search by."""
    return (instant + timedelta(hours=14)).date()


def earliest_day(instant):
    """Return the earliest civil date that holds anywhere on Earth at the naive UTC ``instant``."""
    return (instant - timedelta(hours=12)).date()


def local(instant, zone):
    """Return the naive UTC ``instant`` as an aware datetime in the IANA ``zone``."""
    return instant.replace(tzinfo=UTC).astimezone(ZoneInfo(zone))


def to_utc(wall_time, zone):
    """Return what a clock in ``zone`` shows, naive, as a naive UTC instant.

    An hour that the clocks pass twice in autumn is its first one; one that they skip in spring is read as if they had
    not been put forward.
    """
    return wall_time.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)
