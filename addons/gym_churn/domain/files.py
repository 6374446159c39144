"""Reads CSV files; what is wrong with one is told with its name and line."""

import csv

from .errors import ChurnError


def lines_of(path):
    """Yield the names of the columns, then each row.

    :raise ChurnError: when the file is missing, is not text, or a row has more or fewer values than there are columns
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as lines:
            reader = csv.reader(lines)
            head = next(reader, [])
            yield head
            for line, row in enumerate(reader, 2):
                if len(row) != len(head):
                    raise ChurnError(f"{path}, line {line}: {len(row)} values for {len(head)} columns.")
                yield row
    except FileNotFoundError:
        raise ChurnError(f"{path} is missing.") from None
    except UnicodeDecodeError:
        raise ChurnError(f"{path} is not text in UTF-8; save it as CSV UTF-8.") from None


def columns_of(path, wanted):
    """Yield the values of the wanted columns of each row.

    :raise ChurnError: also when a column is not there
    """
    rows = lines_of(path)
    head = next(rows)
    missing = [name for name in wanted if name not in head]
    if missing:
        raise ChurnError(f"{path} has no column {', '.join(missing)}; its first line names the columns.")
    at = [head.index(name) for name in wanted]
    for row in rows:
        yield [row[column] for column in at]
