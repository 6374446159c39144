"""A refusal as code and values. Its text stands once, in the model that tells it, beside its translation."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Why something may not happen.

    :param str code: stable name, the key of a text
    :param dict values: names to plain values (dates, amounts, numbers), as the text names them
    """

    code: str
    values: dict = field(default_factory=dict)


class Reasons:
    """The reasons of one rule."""

    def __init__(self, *codes):
        self.codes = frozenset(codes)

    def __call__(self, code, **values):
        """Return the reason ``code``.

        :raise ValueError: when the rule has no such reason
        """
        if code not in self.codes:
            raise ValueError(f"no such reason: {code}")
        return Reason(code, values)
