import numpy as np
import pytest

from gym_churn.domain.errors import ChurnError
from gym_churn.domain.log import NEVER, read_log

from .gyms import DAY, gym, write


@pytest.fixture
def folder(tmp_path):
    return write(gym()[1], tmp_path)


def test_a_log_is_read_as_it_was_written(folder):
    log, read = gym()[1], read_log(folder)
    assert read.members.ids == log.members.ids
    for name in ("join", "months", "age", "method", "channel"):
        assert np.array_equal(getattr(read.members, name), getattr(log.members, name)), name
    for name in (
        "visit_member",
        "visit_day",
        "visit_class",
        "due_day",
        "due_failed",
        "due_paid",
        "end_day",
        "end_kind",
    ):
        assert np.array_equal(getattr(read, name), getattr(log, name)), name


def test_what_is_dated_on_a_day_or_later_is_cut_away():
    cut = gym()[1].before(DAY)
    assert cut.members.join.max() < DAY
    assert cut.visit_day.max() < DAY
    assert cut.due_day.max() < DAY
    assert cut.event_days[:, 0].max() < DAY
    assert set(cut.due_paid[cut.due_paid >= DAY]) == {NEVER}
    assert set(cut.end_day[cut.end_day >= DAY]) == {NEVER}
    assert set(cut.end_kind[cut.end_day == NEVER]) == {0}


def test_files_that_may_be_absent_are(folder):
    for name in ("payments.csv", "club_events.csv", "churn.csv"):
        (folder / name).unlink()
    log = read_log(folder)
    assert (len(log.due_day), len(log.event_kind), log.end_day.min()) == (0, 0, NEVER)


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("members.csv", "monthly,", "weekly,", r"members.csv, line \d+: contract is 'weekly'. Write one of: monthly"),
        ("members.csv", "member_id", "member", "members.csv has no column member_id"),
        ("visits.csv", "2023-0", "31/01/2023-0", r"visits.csv, line \d+: date is '31/01/2023.*YYYY-MM-DD"),
        (
            "visits.csv",
            "\n",
            "\n99999,2023-03-01,18:00,gym\n",
            r"visits.csv, line 2: member_id is '99999'. .*add its row",
        ),
        ("churn.csv", "voluntary", "died", r"churn.csv, line \d+: kind is 'died'. Write one of: voluntary, payment"),
        ("club_events.csv", "price_increase", "sale", "kind is 'sale'"),
        ("payments.csv", ",ok,", ",ok", r"payments.csv, line \d+: 4 values for 5 columns"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(folder, file, old, new, told):
    text = (folder / file).read_text().replace("\r\n", "\n")
    (folder / file).write_text(text.replace(old, new, 1))
    with pytest.raises(ChurnError, match=told):
        read_log(folder)


def test_a_member_may_stand_there_once(folder):
    lines = (folder / "members.csv").read_text().splitlines()
    (folder / "members.csv").write_text("\n".join([*lines, lines[1]]))
    with pytest.raises(ChurnError, match="member 1 stands there twice"):
        read_log(folder)


def test_a_folder_without_visits_is_told(folder):
    (folder / "visits.csv").unlink()
    with pytest.raises(ChurnError, match="visits.csv is missing"):
        read_log(folder)
    with pytest.raises(ChurnError, match="There is no folder"):
        read_log(folder / "nothing")
