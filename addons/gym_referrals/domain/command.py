"""The command ``scripts/referrals``: tells honest referrals from others without a database."""

# pylint: disable=print-used
import argparse
import sys
from collections import Counter
from pathlib import Path

from . import files, fraud

KINDS = {
    "phone": "phone",
    "email": "mail box",
    "mailbox": "name of the mail box",
    "card": "card",
    "device": "device",
    "ip": "network",
    "address": "address",
}
EPILOG = """\
people.csv     id, phone, email, card, device, ip, address, household, joined_on, payer
referrals.csv  referrer_id, friend_id, on, channel, employee, visits_in_hold, cancelled_early
out            referrer_id, friend_id, score, verdict, reasons
Cells may be empty where nothing is known. The verdict is pass, later (look after the reward) or hold (look before it).
"""


def main(arguments=None):
    """Run one command.

    :return: exit code: 0, or 1 when a file cannot be used
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except files.FileError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def score(options):
    """Give each referral a score, a verdict and what there is to see."""
    people, relations = files.read_people(options.people)
    referrals = files.read_referrals(options.referrals, people)
    findings = fraud.judge(people, referrals, relations)
    files.write_results(options.out, referrals, findings, tell)
    counts = Counter(finding.verdict for finding in findings)
    print(", ".join(f"{counts[verdict]} {verdict}" for verdict in ("pass", "later", "hold")))
    return 0


def tell(referral, reason):
    """The words for a reason; every edge that they name is in the data."""
    kind = KINDS.get(reason.kind)
    if reason.code == "tied":
        shown, more = reason.people[:5], len(reason.people) - 5
        others = ", ".join(shown) + (f" and {more} more" if more > 0 else "")
        return f"{referral.friend} has the same {kind} as {others}"
    if reason.code in ("shares", "alike"):
        degree = "the same" if reason.code == "shares" else "a similar"
        return f"{referral.friend} has {degree} {kind} as {referral.referrer}"
    return TEXTS[reason.code].format(referral, *reason.values)


TEXTS = {
    "same_person": "{0.referrer} referred themselves",
    "idle": "visits of {0.friend} during the hold: {1}",
    "cancelled": "{0.friend} canceled early",
    "idle_friends": "{1} of {2} other friends of {0.referrer} hardly came",
    "desk": "{1} wrote down {2} friends of {0.referrer}, where {3:.1f} would be usual",
    "declared": "{0.friend} and {0.referrer} declared a common household or payer",
}


def _parser():
    parser = argparse.ArgumentParser(prog="referrals", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser(
        "score",
        help=score.__doc__,
        description=score.__doc__,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    for name, text in {"people": "CSV of people", "referrals": "CSV of referrals", "out": "CSV to write"}.items():
        command.add_argument(f"--{name}", required=True, type=Path, metavar="FILE", help=text)
    command.set_defaults(run=score)
    return parser
