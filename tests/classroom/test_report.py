"""The report on a class: what it counts, and that it is a page which needs nothing else."""

import re

import pytest

from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.report import findings
from minidl.course.classroom.report.page import report
from minidl.course.classroom.roster import Student

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def people(making, standing_of):
    """Two with the same mistake and the same file, one with everything, one with nothing."""
    wrong = making.told_function("double", "wrong", 0, says="x", mistakes=["Two was added."])
    notes = ["a.zip: a name in it leads out of it, and was left out"]
    results = {
        "ada": (making.told(wrong, marks={"ex01": "m"}), 0.0),
        "bob": (making.told(wrong, marks={"ex01": "m"}, notes=notes), 0.0),
        "cyd": (making.told(making.told_function("double")), 0.0),
        "dee": (making.told(status="crashed", notes=["it was lost"]), 0.0),
    }
    students = [Student(i, f"{i} {EVIL}") for i in (*results, "zoe")]
    return standing_of(results, students)


def test_students_are_counted_by_tenths_of_the_points(people):
    assert findings.spread(people) == [2, 0, 0, 0, 0, 1, 0, 0, 0, 0]


def test_the_hardest_function_is_first(people):
    (first, *_) = findings.functions(people)
    assert (first.name, first.right, first.tried) == ("ex01.double", 1, 3)


def test_a_mistake_is_counted_once_a_student(people):
    assert [(m.says, m.count) for m in findings.mistakes(people)] == [("Two was added.", 2)]


def test_equal_files_odd_archives_and_silence_are_worth_a_conversation(people):
    told = {one.student.id: "; ".join(reasons) for one, reasons in findings.conversations(people)}
    assert "ex01: the same code as bob" in told["ada"]
    assert "leads out of it" in told["bob"]
    assert told["dee"] == "crashed: it was lost"
    assert told["zoe"] == "nothing was handed in"
    assert "cyd" not in told


def test_the_page_escapes_names_and_loads_nothing(people):
    text = report(people)
    assert EVIL not in text
    assert "&lt;script&gt;" in text
    assert not re.search(r"<(script|link|img|iframe)|https?://|url\(|@import", text)


def test_a_class_of_nobody_has_a_page():
    assert "0 of 0 students" in report([])


def luminance(colour):
    """Relative luminance of "#rgb" or "#rrggbb". Source: WCAG 2.1, 1.4.3."""
    digits = "".join(c * 2 for c in colour[1:]) if len(colour) == 4 else colour[1:]
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("number", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["ink", "quiet", "good", "bad", "warn"])
@pytest.mark.parametrize("ground", ["paper", "soft"])
def test_text_has_contrast(number, name, ground):
    css = page("style.css.jinja")
    light, dark = (lum for lum in re.findall(r":root \{(.*?)\}", css, re.DOTALL))
    colours = dict(re.findall(r"--(\w+): (#\w+)", (light, dark)[number]))
    one, other = sorted((luminance(colours[name]), luminance(colours[ground])), reverse=True)
    assert (one + 0.05) / (other + 0.05) >= 4.5  # WCAG 2.1, level AA
