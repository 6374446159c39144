"""The two files that ``scripts/referrals`` reads and the one that it writes."""

import csv
import io
from collections import defaultdict
from pathlib import Path

from . import identity
from .fraud import Referral

PEOPLE = ("id", "phone", "email", "card", "device", "ip", "address", "household", "joined_on", "payer")
REFERRALS = ("referrer_id", "friend_id", "on", "channel", "employee", "visits_in_hold", "cancelled_early")
RESULTS = ("referrer_id", "friend_id", "score", "verdict", "reasons")
YES = frozenset(["1", "true", "t", "yes", "y", "si", "x"])
NO = frozenset(["0", "false", "f", "no", "n"])
# More people than this with one household or payer are a company's plan or a hiding place, not a family
FAMILY = 8


class FileError(Exception):
    """A file that cannot be used: says which, where, and what to do."""


def read_people(path):
    """:return: values by kind for each person, and the groups that declared a household or a payer in common"""
    people, groups = {}, defaultdict(set)
    for line, row in _rows(path, PEOPLE):
        person = row["id"]
        if not person:
            raise FileError(f"{path}, line {line}: the id is empty. Give each person an id of their own.")
        if person in people:
            raise FileError(f"{path}, line {line}: the id {person} stands twice. Keep one row for each person.")
        people[person] = identity.read(row)
        for column in ("household", "payer"):
            if identity.plain(row[column]):
                groups[column, row[column]].add(person)
    for (column, value), members in groups.items():
        if column == "payer" and value in people:
            members.add(value)
    return people, [sorted(members) for members in groups.values() if 1 < len(members) <= FAMILY]


def read_referrals(path, people):
    """:return: the referrals of a file, between people who are known"""
    found = []
    for line, row in _rows(path, REFERRALS):
        for column in ("referrer_id", "friend_id"):
            if row[column] not in people:
                raise FileError(
                    f"{path}, line {line}: {column} {row[column]!r} is not in the file of people. Add it there."
                )
        visits = _number(row["visits_in_hold"], f"{path}, line {line}")
        cancelled = _flag(row["cancelled_early"], f"{path}, line {line}")
        employee = row["employee"] if identity.plain(row["employee"]) else ""
        found.append(Referral(row["referrer_id"], row["friend_id"], employee, visits, cancelled))
    return found


def write_results(path, referrals, findings, tell):
    """:param tell: gives the words for a reason"""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(RESULTS)
    for referral, finding in zip(referrals, findings, strict=True):
        reasons = "; ".join(tell(referral, reason) for reason in finding.reasons)
        writer.writerow([referral.referrer, referral.friend, f"{finding.score:.2f}", finding.verdict, reasons])
    Path(path).write_text(lines.getvalue(), encoding="utf-8", newline="")


def _number(text, place):
    """A count of visits, None when empty; spreadsheets write 3 as 3.0."""
    text = text.removesuffix(".0")
    if not identity.plain(text) and text != "0":
        return None
    if not text.isascii() or not text.isdigit():
        raise FileError(f"{place}: visits_in_hold is {text!r}. Write a whole number from 0, or leave it empty.")
    return min(int(text[:9]), 10**6)


def _flag(text, place):
    word = text.removesuffix(".0").lower().replace("í", "i")
    if word in YES | NO:
        return word in YES
    if not identity.plain(text):
        return None
    raise FileError(f"{place}: cancelled_early is {text!r}. Write 1 or 0, or leave it empty.")


def _rows(path, columns):
    """Number of the line and its cells, without spaces at their ends, by the names in the first line."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), delimiter=_delimiter(path))
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        missing = [column for column in columns if column not in names]
        if missing:
            raise FileError(f"{path}: no column {', '.join(missing)}. The first line must name {', '.join(columns)}.")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, _row(path, reader.line_num, names, cells)
    except csv.Error as error:
        raise FileError(f"{path}, line {reader.line_num}: {error}. Save it again as CSV.") from error


def _row(path, line, names, cells):
    if len(cells) > len(names):
        raise FileError(f"{path}, line {line}: {len(cells)} cells below {len(names)} names. Put quotes around commas.")
    cells = cells + [""] * (len(names) - len(cells))
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False)}


def _delimiter(path):
    first = _text(path).partition("\n")[0]
    return max(",;\t", key=first.count)


def _text(path):
    """UTF-8 with or without a mark at its start, else the Windows encoding of Spanish spreadsheets."""
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise FileError(f"{path}: {error.strerror}. Check the name.") from error
    if b"\0" in content:
        raise FileError(f"{path}: this is not a CSV file in UTF-8. Save the sheet as CSV.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
