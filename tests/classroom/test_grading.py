"""`minidl grade` on a toy class: what it gives, that it resumes, that it repeats."""

import os
import shutil
import sys

import pytest

from minidl.cli import app as cli
from minidl.cli.classroom import options
from minidl.cli.classroom.showing import _runs
from minidl.course.classroom.ledger import Ledger
from minidl.course.sandbox import walls

RIGHT = """\
import numpy as np
def double(x): return 2 * x
def total(x): return float(np.sum(x))
def total_of_double(x): return total(double(x))
"""
CLASS = {
    "ada": RIGHT,
    "bob": RIGHT.replace("2 * x", "x + 2"),
    "cyd": "def f(:\n",
    "dee": RIGHT.replace("return 2 * x", "import os; os.kill(os.getppid(), 9); return x"),
    "eve": "import os; os._exit(0)\n",
}
ODD = "eve\\x1b[2J\\udcff"  # as a name is shown that moves the cursor and is no UTF-8
POINTS = {"ada": 10, "bob": 5, "cyd": 0, "dee": 5, ODD: 0}
OPEN = [] if walls.available().enough else ["--without-walls"]


@pytest.fixture
def minidl(classroom, monkeypatch, capsys):
    """minidl("grade", ...) -> exit code, standard output, standard error."""
    monkeypatch.setenv("COLUMNS", "100")

    def minidl(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return minidl


@pytest.fixture
def submissions(classroom):
    for name, text in CLASS.items():
        place = classroom[1] / name / "my-course" / "exercises"
        place.mkdir(parents=True)
        (place / "ex01_toy.py").write_text(text)
    os.rename(classroom[1] / "eve", os.fsencode(classroom[1]) + b"/eve\x1b[2J\xff")
    (classroom[1] / "roster.csv").write_text("id,name\nada,Ada\nbob,Bob\nzoe,Zoe\n")
    return classroom[1]


def points(out):
    lines = (out / "scores.csv").read_text().splitlines()[1:]
    cells = [line.split(",") for line in lines]
    return {row[0]: int(row[4]) if row[4] else None for row in cells}


def test_a_class_is_graded_resumed_and_graded_again_alike(minidl, submissions, tmp_path):
    first, second = tmp_path / "first", tmp_path / "second"
    code, out, _ = minidl("grade", submissions, "--out", first, "--jobs", 2, *OPEN)
    assert code == 0
    assert points(first) == POINTS | {"zoe": None}
    assert "5 of 5" in out
    assert "\x1b" not in out
    with Ledger(first / "results.sqlite") as ledger:
        seed = ledger.fact("seed", "")
    assert f"--seed {seed}" in out
    for page in (first / "feedback").iterdir():
        assert seed not in page.read_text()

    (submissions / "bob" / "my-course" / "exercises" / "ex01_toy.py").write_text(RIGHT)
    code, out, _ = minidl("grade", submissions, "--out", first, *OPEN)
    assert "4 submissions graded before" in out
    assert "1 of 1: bob" in out
    assert points(first)["bob"] == 10

    minidl("grade", submissions, "--out", second, "--jobs", 1, "--seed", seed, *OPEN)
    for name in ("scores.csv", "report.html", "canvas.csv", "moodle.csv", "feedback/dee.html"):
        assert (first / name).read_bytes() == (second / name).read_bytes()


def test_sets_in_a_row_are_shown_as_a_row():
    keys = [f"ex{number:02}" for number in range(1, 9)]
    assert list(_runs(keys, keys)) == ["ex01 to ex08"]
    there = {"ex01", "ex02", "ex04", "ex05", "ex06", "ex08"}
    assert list(_runs(keys, there)) == ["ex01", "ex02", "ex04 to ex06", "ex08"]
    assert not list(_runs(keys, ()))


def test_another_seed_in_the_same_folder_is_refused(minidl, submissions, tmp_path):
    with_one = tmp_path / "out"
    with_one.mkdir()
    with Ledger(with_one / "results.sqlite") as ledger:
        ledger.fact("seed", "3")
    code, _, said = minidl("grade", submissions, "--out", with_one, "--seed", "4", *OPEN)
    assert code == 2
    assert "was graded with --seed 3, not 4" in said


def test_a_dry_run_shows_what_is_there_and_grades_nothing(minidl, submissions, tmp_path):
    code, out, _ = minidl("grade", submissions, "--dry-run", "--out", tmp_path / "out")
    assert code == 0
    assert "nothing handed in: Zoe" in out
    assert not (tmp_path / "out").exists()


def test_results_of_other_sets_are_not_replaced_unasked(minidl, submissions, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    with Ledger(out / "results.sqlite") as ledger:
        ledger.fact("sets", "ex01 ex02")
    code, _, said = minidl("grade", submissions, "--out", out, *OPEN)
    assert code == 2
    assert "has results of --sets ex01 ex02, and this would grade ex01; give the same" in said
    assert said.count("\n") == 1
    code, *_ = minidl("grade", submissions, "--out", out, "--change-sets", *OPEN)
    assert code == 0


def test_a_dry_run_says_who_is_late_whose_names_are_alike_and_what_is_nobodys(minidl, submissions):
    (submissions / "bob.rar").write_bytes(b"Rar!")
    (submissions / "readme.txt").write_text("")
    (submissions / "A Li").mkdir()
    (submissions / "roster.csv").write_text(
        "id,name,due,submitted_at\nada,A Li,,2026-12-03\nbob,A Li,2026-12-09,2026-12-03\n"
    )
    _, out, _ = minidl("grade", submissions, "--dry-run", "--due", "ex01=2026-12-01")
    said = " ".join(out.split())
    assert "A Li (ada)" in said
    assert "in the roster are called so" in said
    assert "2026-12-03 23:59" in said
    assert "ex01 2 d 0 h late" in said
    assert "due 2026-12-09" in said
    assert "a .rar archive" in said
    assert "not in the roster" in said
    assert "nobody's submission, left out: readme.txt" in said


@pytest.mark.parametrize("given", [["ex01=2026-12-01"], ["2026-11-01", "ex01=2026-12-01"]])
def test_a_date_for_each_set(toy_course, given):
    everyone, of_sets = options.dates(toy_course, given, ["ex01"])
    assert (everyone is None) == (len(given) == 1)
    assert of_sets["ex01"][1].day == 1
    dated = options.without_dates(["folder", "ex02=2026-12-02"], ["ex01=2026-12-01"])
    assert dated == (["folder"], ["ex01=2026-12-01", "ex02=2026-12-02"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{s}", "--out", "{o}", "--due", "ex01=soon"], "the date of ex01 is given as 'soon'"),
        (["{s}", "--out", "{o}", "--due", "ex77=2026-12-01"], "no exercise 'ex77'"),
        (["{s}"], "give a folder: --out"),
        (["{s}", "--out", "{o}", "--due", "soon"], "expected a date such as"),
        (["{s}", "--out", "{o}", "--sets", "ex77"], "no exercise 'ex77'"),
        (["/nowhere", "--out", "{o}"], "is not there"),
        (["{s}", "--out", "{o}", "--roster", "/nowhere.csv"], "there is no roster"),
    ],
)
def test_what_cannot_be_is_one_line(minidl, submissions, tmp_path, arguments, words):
    given = [a.format(s=submissions, o=tmp_path / "out") for a in arguments]
    code, _, said = minidl("grade", *given)
    assert code == 2
    assert words in said
    assert said.count("\n") == 1


def test_without_walls_it_is_refused(minidl, submissions, tmp_path, monkeypatch):
    monkeypatch.setattr(walls, "available", lambda: walls.Walls(0, ""))
    code, _, said = minidl("grade", submissions, "--out", tmp_path / "out")
    assert code == 2
    assert "not run without walls" in said


def test_one_submission_is_graded_for_a_platform(minidl, submissions, tmp_path):
    results = tmp_path / "results" / "results.json"
    code, out, _ = minidl("grade", submissions / "bob", "--results", results, *OPEN)
    assert code == 0
    assert "to repeat it: --seed" in out
    assert "--seed" not in results.read_text()
    assert '"score": 5' in results.read_text()


def test_a_file_that_is_no_ledger_is_one_line(minidl, submissions, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "results.sqlite").write_text("no database" * 100)
    code, _, said = minidl("grade", submissions, "--out", out, *OPEN)
    assert code == 2
    assert "cannot be used" in said
    shutil.rmtree(out)
