"""Typed events: what an addon declares of each type, and the check of what is emitted."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

import fastjsonschema

EARLIEST = datetime(1900, 1, 1)
CLOCK_SKEW = timedelta(days=1)


class EventError(ValueError):
    """An event that the log does not take: unknown type, payload that does not fit, impossible instant."""


@dataclass(frozen=True)
class EventType:
    """What the log knows of one type of event.

    :param title: sentence for the timeline, translatable, with ``%(name)s`` for what the payload holds
    :param str icon: Font Awesome name
    :param dict properties: JSON Schema of each property of the payload; there may be no others
    :param tuple required: names of those that must be there
    :param int retention_days: after how many days the event may go; ``None`` keeps it
    """

    title: object
    icon: str = "fa-circle-o"
    properties: dict = field(default_factory=dict)
    required: tuple = ()
    retention_days: int | None = None

    @cached_property
    def _validate(self):
        return fastjsonschema.compile(
            {
                "type": "object",
                "properties": self.properties,
                "required": list(self.required),
                "additionalProperties": False,
            }
        )

    def check(self, code, payload):
        """Refuse a payload that the schema does not allow.

        :raise EventError: naming the type and what does not fit
        """
        try:
            self._validate(payload)
        except fastjsonschema.JsonSchemaValueException as error:
            raise EventError(f"event {code}: {error.message}") from error


def check_instant(code, occurred_at, now):
    """Refuse an instant that only a wrong clock can have written; both are naive UTC.

    :raise EventError: when it is before 1900 or more than a day ahead
    """
    if not EARLIEST <= occurred_at <= now + CLOCK_SKEW:
        raise EventError(f"event {code}: {occurred_at} cannot be when it happened")


def encode_cursor(occurred_at, event_id):
    """Return where a page of a timeline ended, to ask for the next one."""
    return f"{occurred_at.isoformat()}_{event_id}"


def decode_cursor(cursor):
    """Return instant and id of :func:`encode_cursor`.

    :raise ValueError: when it is none
    """
    instant, _separator, event_id = cursor.partition("_")
    return datetime.fromisoformat(instant), int(event_id)


def month_bounds(day):
    """Return the first day of the month of ``day`` and of the next month: a partition, end exclusive."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=32)).replace(day=1)
