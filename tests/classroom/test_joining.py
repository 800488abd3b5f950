"""Several uploads of one student, with different sets in them, and a date for each set."""

from dataclasses import replace
from pathlib import Path

import pytest

from minidl.course.classroom.entries import Entry
from minidl.course.classroom.exports import gradescope, junit, tables
from minidl.course.classroom.exports.feedback import feedback
from minidl.course.classroom.report.findings import conversations
from minidl.course.classroom.report.page import report
from minidl.course.classroom.roster import Roster, Student
from minidl.course.classroom.session import Graded
from minidl.course.classroom.standing import standings
from minidl.course.classroom.times import moment
from minidl.course.sets.manifest import ExerciseSet, Tolerance

HINTS = ("one", "two", "three")
DAY = 86400.0


def checks(key):
    found = ExerciseSet(f"{key}_toy", "Toy")
    found.function("f", points=10, minutes=1, hints=HINTS, tolerance=Tolerance(0, "exact"))
    return found


SETS = [checks("ex01"), checks("ex02")]


def function(key, points, status):
    return {
        "name": f"{key}.f", "status": status, "points": points, "out_of": 10, "says": "",
        "details": [], "credit": "", "note": "", "where": "", "diagnosis": "", "mistakes": [],
    }  # fmt: skip


def told(key, points, status="passed", trouble=()):
    source = "" if status == "not handed in" else f"{key}.py"
    return {"source": source, "points": points, "trouble": list(trouble),
            "functions": [function(key, points, status)]}  # fmt: skip


def attempt(name, when, notes=(), status="graded", late=False, **sets):
    """An upload with points in sets; of None the stub as it was, of "x" a file that is broken."""
    given = {}
    for key in ("ex01", "ex02"):
        points = sets.get(key, "absent")
        given[key] = {
            "absent": told(key, 0, "not handed in"),
            None: told(key, 0, "not started"),
            "x": told(key, 0, "not loaded", ["line 3", "SyntaxError: '(' was never closed"]),
        }.get(points) or told(key, points, "passed" if points else "wrong")
    marks = {key: f"{name}{key}" for key in sets if sets[key] is not None}
    result = {"status": status, "sets": given, "notes": list(notes), "marks": marks}
    return Graded(Entry(name, Student("ada"), (Path(name),), late), when, result)


def ada(*attempts, due=None, best=False, email="a@x.org", **more):
    return standings(attempts, Roster([Student("ada", "Ada", email, more)]), SETS, due, best)[0]


def test_each_set_is_taken_from_the_newest_upload_that_has_it():
    one = ada(attempt("a", 1.0, ex01=10), attempt("b", 2.0, ex02=7))
    assert (one.points, one.attempts) == (17, 2)
    assert one.notes == ["several uploads count together: ex01 of a, ex02 of b"]
    assert "ex01 of a" in feedback(one)
    assert one.source == "a; b"


def test_of_uploads_with_one_time_in_the_roster_the_newer_files_count():
    when = moment("2026-12-01")
    old, new = (
        replace(one, entry=replace(one.entry, when=when))
        for one in (attempt("z", 1.0, ex01=4), attempt("a", 2.0, ex01=10))
    )
    assert ada(old, new).points == ada(new, old).points == 10


def test_an_untouched_stub_takes_no_ones_place():
    one = ada(attempt("a", 1.0, ex01=10), attempt("b", 2.0, ex01=None, ex02=7))
    assert one.points == 17
    assert ada(attempt("a", 1.0, ex01=None)).of_set("ex01")[0]["status"] == "not started"


def test_the_newest_counts_and_a_better_one_before_is_said():
    attempts = attempt("a", 1.0, ex01=10), attempt("b", 2.0, ex01=4)
    assert ada(*attempts).points == 4
    assert ada(*attempts, best=True).points == 10
    ((_, reasons),) = conversations([ada(*attempts)])
    assert "an earlier upload was better: ex01 10 in place of 4" in reasons


def test_an_upload_that_cannot_be_read_takes_nothing_away_and_is_said():
    unread = attempt("b.rar", 2.0, ["b.rar cannot be read: a .rar archive"], "cannot be read")
    one = ada(attempt("a", 1.0, ex01=10), unread)
    assert (one.points, one.status, one.attempts) == (10, "graded", 1)
    assert one.notes == ["b.rar cannot be read: a .rar archive"]
    text = attempt("online", 3.0, ["no .py in it"], "nothing found")
    assert ada(attempt("a", 1.0, ex01=10), text).attempts == 1


@pytest.mark.parametrize("status", ["cannot be read", "nothing found", "crashed"])
def test_what_could_not_be_graded_is_an_empty_cell_everywhere(status):
    one = ada(attempt("a.rar", 1.0, ["a.rar cannot be read"], status))
    assert tables.canvas([one], "m").splitlines()[2].endswith(",")
    assert f",,not graded: {status}" in tables.moodle([one], "m")
    assert f"{status},,20," in tables.scores([one])
    page = report([one], ["readme.txt"])
    assert f"Ada ({status})" in page
    assert "readme.txt" in page
    assert "No mistake was made by two students or more." in page


def test_lateness_is_by_set_and_is_told_alike():
    due = {"ex01": moment("1970-01-02T00:00Z"), "ex02": moment("1970-01-05T00:00Z")}
    one = ada(attempt("a", 2 * DAY, ex01=10), attempt("b", 3 * DAY, ex02=10), due=due)
    assert dict(one.lates) == {"ex01": 24 * 60}
    said = "1 d 0 h"
    assert said in tables.scores([one])
    for text in (tables.moodle([one], "m"), gradescope.results(one), junit.results(one)):
        assert f"20 of 20 points, {said} late" in text
    assert said in feedback(one)


def test_late_by_the_platforms_word_is_told_like_any_other():
    one = ada(attempt("a", 0.0, late=True, ex01=10))
    assert "10 of 20 points, late" in tables.moodle([one], "m")
    assert "10 of 20 points, late" in gradescope.results(one)
    students = [Student("ada", more={"due": "2030-01-01"})]
    (with_time,) = standings([attempt("a", 0.0, late=True, ex01=10)], Roster(students), SETS)
    assert with_time.lateness == ""


def test_why_a_file_could_not_be_loaded_is_in_every_export():
    one = ada(attempt("a", 1.0, ex01="x"))
    for text in (gradescope.results(one), junit.results(one), feedback(one)):
        assert "SyntaxError" in text
    ((_, reasons),) = conversations([one])
    assert "ex01 could not be loaded: SyntaxError: '(' was never closed" in reasons


def strangers():
    """Ada without an address, and somebody whom the roster does not have."""
    zoe = Graded(Entry("zoe", Student("zoe"), (Path("zoe"),)), 1.0, attempt("z", 1.0).result)
    return standings([attempt("a", 1.0, ex01=10), zoe], Roster([Student("ada", "Ada")]), SETS)


def test_nobody_is_exported_whom_a_platform_cannot_book():
    found = strangers()
    assert len(tables.moodle(found, "m").splitlines()) == 1
    assert "zoe" not in tables.canvas(found, "m")
    rows = tables.unmatched(found).splitlines()
    assert rows[1:] == [
        "Ada,a,10,moodle.csv,no email",
        "zoe,zoe,0,canvas.csv,not in the roster",
        "zoe,zoe,0,moodle.csv,not in the roster",
    ]


def test_without_a_roster_no_folder_is_an_id():
    found = standings([attempt("a", 1.0, ex01=10)], Roster(), SETS)
    assert tables.canvas(found, "m").splitlines()[2] == "ada,,,,,10"


def test_points_are_turned_into_percent_where_it_is_asked():
    one = ada(attempt("a", 1.0, ex01=10, ex02=5))
    canvas = tables.canvas([one], "m", 100).splitlines()
    assert canvas[1].endswith(",100")
    assert canvas[2].endswith(",75.0")
    assert ",75.0,15 of 20 points" in tables.moodle([one], "m", 100)
