"""What is kept of a learner: nothing is lost, and what cannot be kept is said."""

import json
import subprocess
import sys

import pytest

from minidl.cli import app as cli
from minidl.course.checking import CheckInterrupted, check
from minidl.course.grading.grader import Grader
from minidl.course.report import FunctionResult, Report, SetReport
from minidl.course.sets.stubs import stub_of
from minidl.course.store import Store

RIGHT = "import numpy as np\ndef double(x): return 2 * x\ndef total(x): return np.sum(x)\n"


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    monkeypatch.setenv("COLUMNS", "100")
    (toy_course.exercises / "ex01_toy.py").write_text(RIGHT)
    return toy_course


@pytest.fixture
def minidl(course, monkeypatch, capsys):
    """minidl("check", "ex01") -> exit code, standard output, standard error."""

    def minidl(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return minidl


def earned(**points):
    results = [FunctionResult(f"ex01.{n}", "passed", p, points=p) for n, p in points.items()]
    return Report([SetReport("ex01", "Toy", "file", results)])


def lost(name, out_of):
    return Report(
        [SetReport("ex01", "Toy", "f", [FunctionResult(f"ex01.{name}", "wrong", out_of)])]
    )


def test_two_checks_at_once_lose_nothing(course):
    code = """
import sys
from minidl.course.report import FunctionResult, Report, SetReport
from minidl.course.sets.folder import find
from minidl.course.store import Store
for i in range(60):
    result = FunctionResult(f"{sys.argv[1]}.{i}", "passed", 1, points=1)
    Store(find()).remember(Report([SetReport("ex01", "t", "f", [result])]))
print(Store(find()).seed)
"""
    both = [
        subprocess.Popen([sys.executable, "-c", code, tag], stdout=subprocess.PIPE, text=True)
        for tag in ("terminal", "notebook")
    ]
    seeds = {process.communicate()[0] for process in both}
    assert len(Store(course).points) == 120
    assert seeds == {f"{Store(course).seed}\n"}


def test_progress_shows_the_present_and_keeps_the_best(minidl, course):
    Store(course).remember(earned(double=5, total=3))
    Store(course).remember(lost("double", 5))
    store = Store(course)
    assert store.points == {"ex01.double": 0, "ex01.total": 3}
    assert store.best == {"ex01.double": 5, "ex01.total": 3}
    _, out, _ = minidl("progress")
    assert "3/10 (best 8)" in out
    assert "3 of 10 points (best 8)" in out


def test_points_of_a_file_without_best_ones_are_the_best(course):
    course.state.mkdir()
    Store(course).path.write_text('{"points": {"ex01.double": 5}}')
    Store(course).remember(lost("double", 5))
    assert Store(course).best == {"ex01.double": 5}


MERGE = (
    '{\n<<<<<<< HEAD\n "points": {"ex01.double": 5},\n=======\n "points": {}\n>>>>>>> other\n}\n'
)

SPOILT = {
    "marks of a merge": (MERGE.encode(), "it is no JSON"),
    "cut": (b'{"points": {"ex01.dou', "it is no JSON"),
    "empty": (b"", "it is no JSON"),
    "not text": (b"\xff\xfe\x00", "it is no JSON"),
    "a list": (b"[1, 2]", "a list in place of a dict"),
    "too deep": (b"[" * 100_000, "it is no JSON"),
    "points of no form": (b'{"points": [1], "seed": 3}', "some of it is not what minidl writes"),
    "a negative seed": (b'{"seed": -3}', "some of it is not what minidl writes"),
    "true is no number": (b'{"hints": {"ex01.double": true}}', "some of it is not what minidl"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_file_is_set_aside_and_not_lost(name, minidl, course):
    content, why = SPOILT[name]
    course.state.mkdir()
    path = course.state / "state.json"
    path.write_bytes(content)
    assert why in minidl("progress")[2]
    assert path.read_bytes() == content  # looking changes nothing
    code, _, err = minidl("check", "ex01.double")
    assert (code, err.count("\n")) == (0, 1)
    assert err.startswith("minidl: .minidl/state.json: ")
    assert why in err
    (aside,) = course.state.glob("state-*.json")
    assert f"it was set aside as {aside.name}" in err
    assert aside.read_bytes() == content
    assert Store(course).points == {"ex01.double": 5}
    assert minidl("progress")[2] == ""


def test_a_byte_order_mark_is_no_fault(course):
    course.state.mkdir()
    (course.state / "state.json").write_text('{"seed": 3}', encoding="utf-8-sig")
    assert (Store(course).seed, Store(course).fault) == (3, "")


def test_entries_of_others_stay(course):
    course.state.mkdir()
    Store(course).path.write_text('{"seed": 3, "bets": {"a": [1.5]}}')
    Store(course).remember(earned(double=5))
    assert json.loads(Store(course).path.read_text())["bets"] == {"a": [1.5]}


def test_a_file_of_a_newer_minidl_is_not_written_to(minidl, course):
    text = '{"version": 2, "points": {"ex01.double": {"last": 5}}}'
    course.state.mkdir()
    Store(course).path.write_text(text)
    code, _, err = minidl("check", "ex01.double")
    assert code == 0
    assert "of a newer minidl: nothing is kept until this one is updated" in err
    assert err.count("\n") == 1
    assert Store(course).path.read_text() == text
    assert minidl("progress")[0] == 0


def test_a_file_in_the_place_of_the_folder_is_named(minidl, course):
    course.state.write_text("")
    code, out, err = minidl("check", "ex01.double")
    assert code == 0
    assert "5 of 5 points" in out
    assert "points, hints and the seed are not kept (File exists)" in err
    assert ".minidl is a file, move it away" in err
    assert err.count("\n") == 1
    assert "hint 1 of 3" in minidl("hint", "ex01.double")[1]


@pytest.mark.parametrize(
    "error",
    [OSError(28, "No space left on device"), PermissionError(13, "Permission denied")],
    ids=lambda error: error.strerror,
)
def test_a_course_that_cannot_be_written_to_says_what_is_not_kept(
    error, minidl, course, monkeypatch
):
    def refuse(*_):
        raise error

    monkeypatch.setattr("minidl.files.os.replace", refuse)
    code, out, err = minidl("check", "ex01.double")
    assert (code, "5 of 5 points" in out) == (0, True)
    assert "points, hints and the seed are not kept (cannot write" in err
    assert error.strerror in err
    assert "copy the course to where you can" in err
    assert err.count("\n") == 1


# Ctrl-C


@pytest.fixture
def ctrl_c(monkeypatch):
    """From now on Ctrl-C comes when `ex01.total` begins."""
    graded = Grader.graded

    def interrupted(grader, exercise):
        if exercise.name == "total":
            raise KeyboardInterrupt
        return graded(grader, exercise)

    monkeypatch.setattr(Grader, "graded", interrupted)


def test_ctrl_c_shows_and_keeps_what_was_finished(minidl, course, ctrl_c):
    Store(course).remember(earned(total=3))
    code, out, err = minidl("check")
    assert code == 130
    assert "✓ double   5/5" in out
    assert "total" not in out.replace("total_of_double", "")
    assert err == "minidl: stopped by Ctrl-C: 1 of 3 functions were checked\n"
    assert Store(course).points == {"ex01.double": 5, "ex01.total": 3}


def test_ctrl_c_before_anything_says_so(minidl, ctrl_c):
    code, out, err = minidl("check", "ex01.total")
    assert (code, out) == (130, "")
    assert err.endswith("0 of 1 functions were checked, and nothing is changed\n")


def test_in_a_notebook_ctrl_c_stops_the_cell_and_has_the_report(course, ctrl_c):
    with pytest.raises(CheckInterrupted) as stopped:
        check("ex01")
    assert isinstance(stopped.value, KeyboardInterrupt)
    assert stopped.value.report.score == 5
    report, line = stopped.value._render_traceback_()
    assert "5 of 5 points" in report
    assert line == "stopped by Ctrl-C: 1 of 3 functions were checked"


def test_the_stub_counts_as_not_started_after_a_reset(course):
    Store(course).remember(earned(double=5))
    course.learner_file("ex01").write_text(stub_of(course.solution("ex01"), "ex01_toy"))
    check("ex01.double")
    assert (Store(course).points["ex01.double"], Store(course).best["ex01.double"]) == (0, 5)
