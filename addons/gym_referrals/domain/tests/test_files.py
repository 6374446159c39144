"""Files as spreadsheets write them, and what is said of those that cannot be used."""

import csv

import pytest

from gym_referrals.domain import command, files
from gym_referrals.domain.tests import worlds

PEOPLE = ",".join(files.PEOPLE) + "\n"
REFERRALS = ",".join(files.REFERRALS) + "\n"


@pytest.fixture
def score(tmp_path, capsys):
    """Write the files, run the command, give its exit code, what it said and the rows it wrote."""

    def run(people, referrals):
        paths = {name: tmp_path / f"{name}.csv" for name in ("people", "referrals", "out")}
        for name, content in {"people": people, "referrals": referrals}.items():
            paths[name].write_bytes(content if isinstance(content, bytes) else content.encode())
        code = command.main(["score", *(f"--{name}={path}" for name, path in paths.items())])
        said = capsys.readouterr()
        rows = list(csv.DictReader(paths["out"].open(encoding="utf-8"))) if paths["out"].exists() else None
        return code, said.out + said.err, rows

    return run


def test_a_gym_is_scored_row_by_row(score):
    people, referrals, _truth = worlds.draw(worlds.World(seed=4, members=400, referrals=150))
    code, said, rows = score(_text(people), _text(referrals))
    assert code == 0
    assert [(row["referrer_id"], row["friend_id"]) for row in rows] == [
        (row["referrer_id"], row["friend_id"]) for row in referrals
    ]
    assert list(rows[0]) == list(files.RESULTS)
    assert {row["verdict"] for row in rows} <= {"pass", "later", "hold"}
    assert all(row["reasons"] for row in rows if row["verdict"] == "hold")
    assert said.count("hold") == 1


def _text(rows):
    lines = [",".join(rows[0])]
    lines += [",".join(f'"{value}"' for value in row.values()) for row in rows]
    return "\n".join(lines) + "\n"


def test_order_of_columns_mark_and_line_ends_do_not_matter(score):
    people = PEOPLE + "A,5512345678,,,d1,,,,,\nB,+52 55 1234 5678,,,d1,,,,,\n"
    referrals = REFERRALS + "A,B,2026-01-01,link,,0,1\n"
    plain = score(people, referrals)
    turned = "\n".join(";".join(reversed(line.split(","))) for line in people.splitlines())
    other = score("\ufeff" + turned.replace("\n", "\r\n"), "\ufeff" + referrals.replace("\n", "\r\n") + "\r\n\r\n")
    assert plain == other
    assert plain[2][0]["verdict"] == "hold"
    assert "B has the same phone as A" in plain[2][0]["reasons"]


def test_no_referrals_make_a_file_with_names_only(score):
    assert score(PEOPLE + "A,,,,,,,,,\n", REFERRALS)[::2] == (0, [])


def test_a_company_s_plan_is_no_family(tmp_path):
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE + "".join(f"P{i},,,,,,,,,BOSS\n" for i in range(20)) + "X,,,,,,,H1,,\nY,,,,,,,H1,,\n")
    assert files.read_people(path)[1] == [["X", "Y"]]


@pytest.mark.parametrize(
    ("people", "referrals", "words"),
    [
        ("id,phone\nA,1\n", REFERRALS, ["people.csv", "no column email"]),
        ("", REFERRALS, ["people.csv", "no column id"]),
        (PEOPLE + "A,,,,,,,,,\nA,,,,,,,,,\n", REFERRALS, ["people.csv, line 3", "A stands twice"]),
        (PEOPLE + ",55,,,,,,,,\n", REFERRALS, ["people.csv, line 2", "id is empty"]),
        (PEOPLE + "A,,,,,,,,,\n", REFERRALS + "A,B,,,,,\n", ["referrals.csv, line 2", "friend_id 'B'"]),
        (PEOPLE + "A,,,,,,,,,\n", REFERRALS + "A,A,,,,-1,\n", ["visits_in_hold is '-1'"]),
        (PEOPLE + "A,,,,,,,,,\n", REFERRALS + "A,A,,,,2.5,\n", ["visits_in_hold is '2.5'"]),
        (PEOPLE + "A,,,,,,,,,\n", REFERRALS + "A,A,,,,,maybe\n", ["cancelled_early is 'maybe'"]),
        (PEOPLE + "A,1,2,3,4,5,Juárez 1, Roma,,,,,\n", REFERRALS, ["people.csv, line 2", "quotes"]),
        (b"PK\x03\x04\0\0", REFERRALS, ["people.csv", "not a CSV file"]),
    ],
)
def test_a_bad_file_is_told_with_what_to_do(score, people, referrals, words):
    code, said, rows = score(people, referrals)
    assert (code, rows) == (1, None)
    assert all(word in said for word in words), said
    assert "Traceback" not in said


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    missing = tmp_path / "none.csv"
    assert command.main(["score", f"--people={missing}", f"--referrals={missing}", f"--out={tmp_path / 'o'}"]) == 1
    assert "none.csv: No such file" in capsys.readouterr().err


def test_a_place_that_cannot_be_written_is_told(tmp_path, capsys):
    (tmp_path / "p.csv").write_text(PEOPLE)
    (tmp_path / "r.csv").write_text(REFERRALS)
    out = tmp_path / "no" / "out.csv"
    assert command.main(["score", f"--people={tmp_path}/p.csv", f"--referrals={tmp_path}/r.csv", f"--out={out}"]) == 1
    assert "out.csv: No such file" in capsys.readouterr().err


@pytest.mark.parametrize(("text", "flag"), [("1", True), ("sí", True), ("FALSE", False), ("0.0", False), ("", None)])
def test_a_flag_is_read_in_the_ways_of_spreadsheets(score, text, flag, tmp_path):
    path = tmp_path / "r.csv"
    path.write_text(REFERRALS + f"A,A,,,,3.0,{text}\n", encoding="cp1252")
    assert files.read_referrals(path, {"A": {}})[0][3:] == (3, flag)
