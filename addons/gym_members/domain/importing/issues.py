"""What is wrong with a file or a row, as codes; the words for people are chosen where the language is known."""

from dataclasses import dataclass, field

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True)
class Issue:
    """One thing to tell about one row.

    :param str code: key of the sentence that explains it and of its remedy
    :param str severity: :data:`ERROR` keeps the row out, :data:`WARNING` lets it in without the doubtful value
    :param str column: header as the file has it, or empty when the row as a whole is meant
    :param str observed: the value as the file has it
    :param dict params: further facts the sentence mentions
    """

    code: str
    severity: str = WARNING
    column: str = ""
    observed: str = ""
    params: dict = field(default_factory=dict)

    def to_dict(self):
        return {
            "code": self.code,
            "severity": self.severity,
            "column": self.column,
            "observed": self.observed[:200],
            "params": self.params,
        }


class UnreadableFile(Exception):
    """The file as a whole cannot be read; ``code`` and ``params`` say why."""

    def __init__(self, code, **params):
        super().__init__(code)
        self.code = code
        self.params = params


class UnreadableValue(ValueError):
    """A cell cannot be understood; ``code`` says why."""

    def __init__(self, code):
        super().__init__(code)
        self.code = code
