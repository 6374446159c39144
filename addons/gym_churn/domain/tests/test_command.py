import csv
import json

import pytest

from gym_churn.domain import boosting, command, model, policy, tuning
from gym_churn.domain.days import show_day

from .gyms import DAY, gym, write


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """A gym's rates are found in one pass."""
    for user in (model, policy):
        monkeypatch.setattr(user, "tune", lambda weeks, place=None, passes=1: tuning.tune(weeks, place, 1))


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    return write(gym()[1], folder)


def rows_of(path):
    with path.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_what_was_learned_scores_the_members_of_a_day(logs, tmp_path, capsys):
    at, out, kept = show_day(DAY), tmp_path / "scores.csv", tmp_path / "model"
    assert command.main(["fit", "--logs", str(logs), "--until", at, "--model", str(kept)]) == 0
    assert command.main(["score", "--logs", str(logs), "--at", at, "--model", str(kept), "--out", str(out)]) == 0
    found = rows_of(out)
    assert list(found[0]) == ["member_id", "probability", "p_leave", "p_default", "reasons"]
    assert f"Members scored on {at}: {len(found)}." in capsys.readouterr().out
    for row in found:
        p, leave, default = (float(row[name]) for name in ("probability", "p_leave", "p_default"))
        assert 0 < p < 1
        assert leave + default == pytest.approx(p, abs=2e-6)


def test_a_model_that_has_learned_from_later_days_says_so(logs, tmp_path, capsys):
    model.Model(DAY + 1, [0.0] * len(tuning.SPREAD)).save(tmp_path / "model")
    files = ["--model", str(tmp_path / "model"), "--out", str(tmp_path / "scores.csv")]
    assert command.main(["score", "--logs", str(logs), "--at", show_day(DAY), *files]) == 0
    assert "are no forecast and prove nothing" in capsys.readouterr().err


def test_without_a_model_the_prior_scores(logs, tmp_path):
    out = tmp_path / "scores.csv"
    assert command.main(["score", "--logs", str(logs), "--at", show_day(DAY), "--out", str(out)]) == 0
    assert len(rows_of(out)) > 100


def test_the_library_may_be_absent_and_that_is_said(logs, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(boosting, "library", lambda: None)
    monkeypatch.setattr(model.prior, "trees", lambda: None)
    out = tmp_path / "scores.csv"
    assert command.main(["score", "--logs", str(logs), "--at", show_day(DAY), "--out", str(out)]) == 0
    assert "a logistic model is used instead" in capsys.readouterr().err


def test_evaluation_is_json(logs, capsys):
    assert command.main(["evaluate", "--logs", str(logs)]) == 0
    report = json.loads(capsys.readouterr().out)
    assert {"auc", "log_loss", "brier", "ece", "lift_10"} <= report["all"].keys()
    assert set(report["contract"]) <= {"monthly", "quarter", "half", "annual"}


def test_a_trial_gives_an_action_for_each_decision_and_a_value(logs, tmp_path, capsys):
    log, out, trial = gym()[1], tmp_path / "policy.csv", tmp_path / "trial.csv"
    is_there = (log.members.join < DAY) & (log.end_day >= DAY)
    names = [name for name, there in zip(log.members.ids, is_there, strict=True) if there]
    day, actions = show_day(DAY), ("none", "message")
    lines = [f"{day},{name},{actions[at % 2]},0.5,{int(at % 9 == 0)}" for at, name in enumerate(names)]
    trial.write_text("\n".join([",".join(policy.COLUMNS), *lines]))
    assert command.main(["policy", "--logs", str(logs), "--trial", str(trial), "--out", str(out)]) == 0
    found, told = rows_of(out), json.loads(capsys.readouterr().out)
    assert [row["member_id"] for row in found] == names
    assert {row["action"] for row in found} <= {"none", "message"}
    assert told["interval_95"][0] <= told["value_per_100_members"] <= told["interval_95"][1]
    assert told["verdict"]


def test_a_table_is_filled_row_by_row(tmp_path, capsys):
    lines = [f"{at % 7},{at % 3},{int(at % 7 < 2)}" for at in range(140)]
    (tmp_path / "a.csv").write_text("\n".join(["x,y,left", *lines]))
    (tmp_path / "b.csv").write_text("x,y\n0,1\n6,1\n")
    out = tmp_path / "c.csv"
    files = ["--train", str(tmp_path / "a.csv"), "--test", str(tmp_path / "b.csv"), "--out", str(out)]
    assert command.main(["table", *files, "--label", "left", "--without", "y"]) == 0
    found = rows_of(out)
    assert [row["row"] for row in found] == ["0", "1"]
    assert float(found[0]["probability"]) > 0.9 > 0.1 > float(found[1]["probability"])
    assert "auc" in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["fit", "--until", "yesterday", "--model", "m"], "'yesterday' is not a date; write it as YYYY-MM-DD"),
        (["score", "--at", "2024-05-06", "--model", "absent", "--out", "o"], "absent: No such file or directory"),
        (["policy", "--trial", "absent", "--out", "o"], "absent is missing"),
    ],
)
def test_what_cannot_be_used_is_told_without_a_traceback(logs, capsys, options, told):
    name, *others = options
    assert command.main([name, "--logs", str(logs), *others]) == 1
    assert told in capsys.readouterr().err


def test_two_members_who_never_came_are_scored_and_cannot_be_evaluated(tmp_path, capsys):
    head = "member_id,join_date,club,contract,monthly_fee,age,distance_km,channel,personal_training,payment_method"
    rows = ["a,2025-01-10,Centro,monthly,599,,,flyer,,transfer", "b,2025-06-01,Norte,annual,499,44,2,web,1,card"]
    (tmp_path / "members.csv").write_text("\n".join([head, *rows]))
    (tmp_path / "visits.csv").write_text("member_id,date,kind\n")
    logs, out = ["--logs", str(tmp_path)], tmp_path / "scores.csv"
    assert command.main(["score", *logs, "--at", "2025-07-01", "--out", str(out)]) == 0
    assert [row["member_id"] for row in rows_of(out)] == ["a", "b"]
    assert command.main(["evaluate", *logs]) == 1
    assert "needs ten and a half months" in capsys.readouterr().err


def test_wrong_usage_has_a_code_of_its_own(capsys):
    with pytest.raises(SystemExit) as ended:
        command.main(["score"])
    assert ended.value.code == 2
    assert "--logs" in capsys.readouterr().err
