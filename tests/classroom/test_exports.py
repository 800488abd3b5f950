"""Exports hold to the published form of the platforms that read them."""

import csv
import io
import json
from xml.etree import ElementTree as tree

import pytest

from minidl.course.classroom.exports import gradescope, junit, tables
from minidl.course.classroom.exports.cells import safe
from minidl.course.classroom.exports.feedback import feedback
from minidl.course.classroom.exports.writing import file_names, write_all
from minidl.course.classroom.roster import Student
from minidl.course.classroom.times import moment

EVIL = "<script>alert(1)</script>"
# gradescope-autograders.readthedocs.io, Autograder Specifications, "Output Format": the keys that
# results.json may have, and those of one test, with their types.
GRADESCOPE = {
    "score": (int, float), "execution_time": (int, float), "output": str, "output_format": str,
    "test_output_format": str, "test_name_format": str, "visibility": str,
    "stdout_visibility": str, "extra_data": dict, "tests": list, "leaderboard": list,
}  # fmt: skip
GRADESCOPE_TEST = {
    "score": (int, float), "max_score": (int, float), "status": str, "name": str,
    "name_format": str, "number": str, "output": str, "output_format": str, "tags": list,
    "visibility": str, "extra_data": dict,
}  # fmt: skip
FORMATS = ("text", "html", "simple_format", "md", "ansi")
VISIBILITIES = ("hidden", "after_due_date", "after_published", "visible")


@pytest.fixture
def ada(making, standing_of):
    """Somebody with an evil name and one function of each kind."""
    functions = [
        making.told_function("double", "wrong", 0, 5, says="Two was added.", details=[EVIL]),
        making.told_function("total", "passed", 3, 3),
        making.told_function("total_of_double", "not started", 0, 2),
    ]
    students = [Student("ada", f"=cmd|'/C calc'!A0 {EVIL}", "ada@x.org", {"canvas_id": "77"})]
    return standing_of({"ada": (making.told(*functions), 0.0)}, students)[0]


def rows(text):
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("begin", ["=1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1"])
def test_text_that_a_spreadsheet_would_compute_is_made_text(begin):
    assert str(safe(begin)).startswith("'")


def test_numbers_and_names_stay_as_they_are():
    assert safe(-3) == -3
    assert safe("Ada") == "Ada"


def test_scores_have_a_row_a_student_and_a_column_a_function(ada):
    head, row = rows(tables.scores([ada]))
    told = dict(zip(head, row, strict=True))
    assert told["id"] == "ada"
    assert told["name"].startswith("'=cmd")
    assert [told[n] for n in ("points", "out_of", "ex01", "ex01.double", "ex01.total")] == [
        "3", "10", "3", "0", "3",
    ]  # fmt: skip


def test_canvas_gets_its_five_columns_and_the_row_of_possible_points(ada):
    head, possible, row = rows(tables.canvas([ada], "minidl (4711)"))
    # Canvas Instructor Guide, "How do I import grades in the Gradebook?"
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "minidl (4711)"]
    assert possible[0].strip() == "Points Possible"
    assert possible[-1] == "10"
    assert row[1:] == ["77", "ada", "ada@x.org", "", "3"]


def test_moodle_gets_an_address_a_grade_and_feedback(ada):
    head, row = rows(tables.moodle([ada], "minidl"))
    # docs.moodle.org, "Grade import": importing feedback without grades loses the grades.
    assert head[2:] == ["ID number", "Email address", "minidl (Real)", "minidl (Feedback)"]
    assert row[2:] == ["ada", "ada@x.org", "3", "3 of 10 points"]


def test_whoever_handed_in_nothing_has_an_empty_cell(standing_of):
    nobody = standing_of({}, [Student("zoe", "Zoe", "zoe@x.org")])
    assert rows(tables.canvas(nobody, "minidl"))[2][-1] == ""
    assert rows(tables.moodle(nobody, "minidl"))[1][-2] == ""


def test_gradescope_results_hold_to_the_specification(ada):
    told = json.loads(gradescope.results(ada))
    assert all(isinstance(value, GRADESCOPE[key]) for key, value in told.items())
    assert told["output_format"] in FORMATS
    assert {told["visibility"], told["stdout_visibility"]} <= set(VISIBILITIES)
    for test in told["tests"]:
        assert all(isinstance(value, GRADESCOPE_TEST[key]) for key, value in test.items())
        assert test["status"] in ("passed", "failed")
    assert told["score"] == sum(test["score"] for test in told["tests"]) == 3


def test_junit_holds_to_the_schema_of_jenkins(ada):
    root = tree.fromstring(junit.results(ada))
    # junit-10.xsd: testsuites > testsuite > testcase > (skipped | error | failure)*, system-out
    assert root.tag == "testsuites"
    (suite,) = root
    assert {"name", "tests", "failures", "errors"} <= set(suite.attrib)
    assert [suite.get(n) for n in ("tests", "failures", "errors", "skipped")] == [
        "3",
        "1",
        "0",
        "1",
    ]
    kinds = [[child.tag for child in case] for case in suite]
    assert kinds == [["failure", "system-out"], ["system-out"], ["skipped", "system-out"]]
    assert all({"classname", "name"} <= set(case.attrib) for case in suite)


def test_junit_leaves_out_what_xml_does_not_know(making, standing_of):
    bad = making.told_function("double", "crashed", 0, says="\x00\x1b[2J \ud800")
    one = standing_of({"ada": (making.told(bad), 0.0)})[0]
    tree.fromstring(junit.results(one))


def test_a_students_page_escapes_what_they_wrote_and_says_how_to_go_on(ada):
    page = feedback(ada)
    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "3 of 10 points" in page
    assert "minidl hint ex01.double" in page


def test_what_repeats_a_case_is_not_for_students():
    from minidl.course.classroom.work.told import _open

    given = [
        "result[0]: expected 3, got 2", 'case("ex01.f") gives its very arguments: an array',
        'right on your own numbers, wrong on others: check("ex01.f", seed=77) repeats it',
    ]  # fmt: skip
    assert list(_open(given)) == [given[0], "right on your own numbers, wrong on others"]


def test_names_of_files_are_safe_and_differ():
    ids = ["ada", "../../etc/passwd", "Ada", "a/b", "a_b", "", ".", "x" * 300, "名前"]
    names = file_names(ids)
    assert len({name.lower() for name in names.values()}) == len(ids)
    assert all(name and "/" not in name and not name.startswith(".") for name in names.values())
    assert max(map(len, names.values())) < 100


def test_files_of_a_student_who_is_gone_are_removed(ada, tmp_path):
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "old.html").write_text("")
    write_all(tmp_path, [ada], "minidl")
    assert [path.name for path in (tmp_path / "feedback").iterdir()] == ["ada.html"]


def test_the_last_attempt_counts_or_the_best(making, standing_of):
    good = making.told(making.told_function("double"))
    none = making.told(making.told_function("double", "wrong", 0))
    attempts = {"ada 1": (good, 100.0), "ada 2": (none, 200.0)}
    (last,) = standing_of(attempts)
    (best,) = standing_of(attempts, best=True)
    assert (last.points, last.attempts) == (0, 2)
    assert best.points == 5


def test_late_is_what_came_after_the_date_or_the_students_own(making, standing_of):
    came = moment("2026-12-01T12:00:00+00:00").timestamp()
    result = making.told(making.told_function("double"))
    students = [Student("ada"), Student("bob", more={"due": "2026-12-02"})]
    due = moment("2026-12-01T10:30:00+00:00")
    ada, bob = standing_of({"ada": (result, came), "bob": (result, came)}, students, due)
    assert ada.lateness == "1 h 30 min"
    assert bob.lateness == ""
