"""A refusal as code and values: the model translates by code, logs and tests read the English text."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reason:
    """Why something may not happen, with the way out.

    :param str code: stable name, the key of a translation
    :param str text: plain English with ``%(name)s`` for what ``values`` holds
    :param dict values: names to plain values (dates, amounts, numbers)
    """

    code: str
    text: str
    values: dict = field(default_factory=dict)

    @property
    def message(self):
        """The text with its values."""
        return self.text % self.values


class Reasons:
    """The reasons of one rule, by code."""

    def __init__(self, texts):
        self.texts = texts

    def __call__(self, code, **values):
        """Return the reason ``code``.

        :raise KeyError: when it has no text
        """
        return Reason(code, self.texts[code], values)
