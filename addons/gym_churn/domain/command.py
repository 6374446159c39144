"""The command ``scripts/churn``: who will leave, from CSV files and without a database."""

# pylint: disable=print-used
import argparse
import csv
import json
import os
import sys
from pathlib import Path

from . import boosting, evaluation, policy, reasons, table
from .days import parse_day, show_day
from .errors import ChurnError
from .log import read_log
from .model import Model, fit, score

NO_TREES = (
    "lightgbm is not installed, or not the OpenMP library that it needs: a logistic model is used instead. "
    "Install both with: pip install -r requirements.txt, apt install libgomp1"
)
LEARNED_LATER = (
    "The model has learned from what is dated up to {until}: its scores of {at} are no forecast "
    "and prove nothing. Fit one with an earlier --until to judge it."
)
DIGITS = 6
PER = 100


def main(arguments=None):
    """Run one command.

    :return: exit code: 0 when it is done, 1 when a file or date cannot be used, 2 for wrong usage
    """
    options = _parser().parse_args(arguments)
    try:
        return options.run(options)
    except ChurnError as error:
        print(error, file=sys.stderr)
    except BrokenPipeError:
        # Who reads has had enough; Python would complain once more when it closes the pipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
    return 1


def fit_model(options):
    """Learn from a gym's log, and write what was learned."""
    _say_without_trees()
    model = fit(read_log(options.logs), parse_day(options.until))
    model.save(options.model)
    print(f"Learned from what is dated before {options.until}: {model.champion}.")
    return 0


def score_members(options):
    """Write the probability of each member, and why."""
    _say_without_trees()
    model = Model.load(options.model) if options.model else None
    day = parse_day(options.at)
    if model and model.until > day:
        print(LEARNED_LATER.format(until=show_day(model.until), at=show_day(day)), file=sys.stderr)
    scores = score(read_log(options.logs), day, model)
    why = reasons.texts(scores)
    head = ("member_id", "probability", "p_leave", "p_default", "reasons")
    rows = zip(scores.ids, scores.probability, scores.probability - scores.default, scores.default, why, strict=True)
    _write(options.out, head, ([name, *map(_shown, values), text] for name, *values, text in rows))
    print(f"Members scored on {show_day(day)}: {len(scores.ids)}.")
    return 0


def evaluate(options):
    """Print how good the scores would have been, as JSON."""
    _say_without_trees()
    print(json.dumps(evaluation.evaluate(read_log(options.logs)), indent=1))
    return 0


def choose_actions(options):
    """Write whom to contact with what, learned from a randomised trial, and print what that is worth."""
    log, trial = read_log(options.logs), policy.Trial.from_csv(options.trial)
    found = policy.learn(policy.known_of(log, trial), trial)
    days = [show_day(day) for day in trial.day]
    rows = zip(days, trial.member, (trial.actions[at] for at in found.action), map(_shown, found.gain), strict=True)
    _write(options.out, ("snapshot_date", "member_id", "action", "gain"), rows)
    print(json.dumps(_worth(found, trial), indent=1))
    return 0


def _worth(found, trial):
    """The value of a policy for a hundred members, in monthly fees, as plain values."""
    low, value, high = (round(PER * figure, 3) for figure in (found.low, found.value, found.high))
    counts = {name: int((found.action == at).sum()) for at, name in enumerate(trial.actions)}
    verdict = "better than doing nothing" if low > 0 else "too small a trial to know whether it beats doing nothing"
    return {
        "decisions": len(trial.day),
        "actions": counts,
        "value_per_100_members": value,
        "interval_95": [low, high],
        "unit": f"monthly fees; who stays is worth {policy.SAVED_FEES:g}, an action costs {policy.COSTS}",
        "verdict": verdict,
    }


def fill_table(options):
    """Write the probability of each row of a table of one snapshot, learned from another."""
    found, told = table.predict(options.train, options.test, options.label, options.without or [])
    _write(options.out, ("row", "probability"), ((row, _shown(p)) for row, p in enumerate(found)))
    print(json.dumps(told, indent=1))
    return 0


def _say_without_trees():
    if boosting.library() is None:
        print(NO_TREES, file=sys.stderr)


def _shown(value):
    return f"{value:.{DIGITS}f}"


def _write(path, head, rows):
    with path.open("w", newline="", encoding="utf-8") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(head)
        writer.writerows(rows)


def _parser():
    parser = argparse.ArgumentParser(prog="scripts/churn", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name, run, **options):
        one = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        one.set_defaults(run=run)
        for option, settings in options.items():
            one.add_argument(f"--{option}", **settings)

    logs = {"required": True, "metavar": "DIR", "help": "folder with members.csv, visits.csv, payments.csv, ..."}
    out = {"required": True, "metavar": "FILE", "type": Path, "help": "CSV file to write"}
    model = {"metavar": "FILE", "type": Path}
    day = {"required": True, "metavar": "DATE"}
    command(
        "fit",
        fit_model,
        logs=logs,
        until=day | {"help": "what is dated on this day or later is not looked at"},
        model=model | {"required": True, "help": "file to write"},
    )
    command(
        "score",
        score_members,
        logs=logs,
        at=day | {"help": "day to score; what is dated on it or later is not looked at"},
        model=model | {"help": "what fit wrote; without it, the shipped prior"},
        out=out,
    )
    command("evaluate", evaluate, logs=logs)
    trial = {
        "required": True,
        "metavar": "FILE",
        "type": Path,
        "help": "CSV file of a trial: " + ", ".join(policy.COLUMNS),
    }
    command("policy", choose_actions, logs=logs, trial=trial, out=out)
    file = {"required": True, "metavar": "FILE", "type": Path}
    command(
        "table",
        fill_table,
        train=file | {"help": "CSV file with the label"},
        test=file | {"help": "CSV file to fill; it needs no label"},
        label={
            "required": True,
            "metavar": "NAME",
            "help": "column of the train file: 1 for who left, 0 for who stayed",
        },
        without={"nargs": "+", "action": "extend", "metavar": "COLUMN", "help": "columns not to use"},
        out=out,
    )
    return parser
