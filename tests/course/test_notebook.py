"""A report as a notebook shows it, and as a program reads it."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from minidl.course import check
from minidl.course.report import Picture
from minidl.course.report.notebook import picture
from minidl.errors import CourseError

MINE = """
import numpy as np
def double(x):
    print("<b>shape</b>", x.shape)
    return x + 2
def total(x):
    raise NotImplementedError("ex01.total: The sum of x.")
"""


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text(MINE)
    return toy_course


def text_of(html):
    """The words of the HTML, which must be well formed."""
    return " ".join(ElementTree.fromstring(html.replace("&nbsp;", " ")).itertext())


def test_check_returns_scores_and_results(course):
    report = check("ex01")
    assert (report.score, report.max_score, report.passed) == (0, 10, False)
    assert report["ex01.double"].says == "Two was added: multiply instead."
    assert report["ex01.total"].status == "not started"
    assert report["ex01.total_of_double"].says == "the file has no function total_of_double"
    with pytest.raises(KeyError, match=r"'ex01\.x' is not in this report; there are ex01\.double"):
        report["ex01.x"]


def test_check_of_one_function(course):
    report = check("ex01.total")
    assert [result.name for result in report.results] == ["ex01.total"]
    assert report.max_score == 3


def test_unknown_names_are_one_error(course):
    with pytest.raises(CourseError, match=r"no exercise 'ex09'; did you mean ex01\? there are"):
        check("ex09")


def test_the_same_seed_gives_the_same_report(course):
    assert repr(check("ex01", seed=5)) == repr(check("ex01", seed=5))
    assert (
        check("ex01", seed=5)["ex01.double"].details != check("ex01", seed=6)["ex01.double"].details
    )


def test_table_has_what_the_terminal_has(course):
    report = check("ex01")
    words = text_of(report._repr_html_())
    for result in report.results:
        assert result.name.partition(".")[2] in words
        assert result.says in words
        assert all(detail in words for detail in result.details)
    assert "0 of 10 points" in words
    assert "<b>shape</b> (3,)" in words


def test_a_file_that_does_not_load_is_shown_with_its_caret(course):
    (course.exercises / "ex01_toy.py").write_text("def double(x:\n")
    words = text_of(check("ex01")._repr_html_())
    assert "exercises/ex01_toy.py:1: SyntaxError" in words
    assert "^" in words


def test_the_wrong_array_is_drawn_beside_the_right_one(course):
    shown = check("ex01.double")["ex01.double"].picture
    assert shown.got.shape == shown.expected.shape == (3,)
    drawing = picture(shown)
    assert drawing.count("<svg") == 2
    assert drawing.count("<rect") == 6


def test_picture_has_one_scale_of_colours():
    drawing = picture(
        Picture("y", np.array([[0.0, 2.0]]), np.array([[-4.0, np.nan], [4.0, np.inf]]))
    )
    fills = re.findall('fill="(#......)"', drawing)
    assert fills == ["#ffffff", "#d88c95", "#2166ac", "#ffffff", "#b2182b", "#ffffff"]
