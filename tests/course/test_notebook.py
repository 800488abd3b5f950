"""A report as a notebook shows it, and as a program reads it."""

import io
import os
import re
import time
from xml.etree import ElementTree

import pytest
from rich.console import Console

from minidl.course import check
from minidl.course.report import ages
from minidl.course.report.terminal import drawn
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
    tree = ElementTree.fromstring(html.replace("&nbsp;", " "))
    for parent in tree.findall(".//style/.."):
        parent.remove(parent.find("style"))
    words = " ".join(tree.itertext())
    return words.replace(" :", ":").replace(" ,", ",")  # what follows a link


def said(report):
    return [(r.name, r.status, r.points, r.says, r.lines) for r in report.results]


def links_of(html):
    """Each link with its words."""
    tree = ElementTree.fromstring(html.replace("&nbsp;", " "))
    return {link.get("href"): link.text for link in tree.iter("a")}


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
    assert said(check("ex01", seed=5)) == said(check("ex01", seed=5))
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


def test_a_wrong_function_links_to_its_line_and_to_the_heading_that_teaches_it(course, monkeypatch):
    (course.root / "lessons").mkdir()
    monkeypatch.chdir(course.root / "lessons")
    links = links_of(check("ex01")._repr_html_())
    assert links["../exercises/ex01_toy.py"] == "exercises/ex01_toy.py"
    # JupyterLab counts lines from 0: `def double` is on line 3
    assert links["../exercises/ex01_toy.py#line=2"] == "line 3"
    taught = "01_toy.ipynb#Two-at-once:-a-product"
    assert links[taught] == 'lesson 01, "Two at once: a product"'


def test_after_a_pass_the_reference_is_linked(course):
    (course.exercises / "ex01_toy.py").write_text(course.solution("ex01"))
    links = links_of(check("ex01.double")._repr_html_())
    reference = (
        course.solution("ex01").splitlines().index("def double(x: np.ndarray) -> np.ndarray:")
    )
    href = os.path.relpath(course.root / "solutions/ex01_toy.py")
    assert links[f"{href}#line={reference}"] == f"solutions/ex01_toy.py, line {reference + 1}"


def test_lines_of_an_error_are_links(course):
    (course.exercises / "ex01_toy.py").write_text(
        "import numpy as np\ndef double(x):\n    return y\n"
    )
    links = links_of(check("ex01.double")._repr_html_())
    href = os.path.relpath(course.root / "exercises/ex01_toy.py")
    assert links[f"{href}#line=2"] == "exercises/ex01_toy.py:3"


def test_files_that_a_notebook_cannot_open_are_not_linked(course):
    folder = course.root / ".minidl" / "tour"
    folder.mkdir(parents=True)
    (folder / "ex01_toy.py").write_text(MINE)
    report = check("ex01.double", submission=folder)
    assert [href for href in links_of(report._repr_html_()) if "exercises" in href] == []
    assert ".minidl/tour/ex01_toy.py" in text_of(report._repr_html_())


def test_both_reports_say_when_the_graded_file_was_saved(course):
    at = time.time() - 8
    os.utime(course.exercises / "ex01_toy.py", (at, at))
    report = check("ex01")
    assert re.fullmatch(r"saved [\d: -]+, ([89]|[1-5]\d) s ago", report.sets[0].age)
    line = f"exercises/ex01_toy.py, {report.sets[0].age}"
    assert line in repr(report)
    assert line in text_of(report._repr_html_())


NOON = 1_700_000_000  # some moment; the day is the local one


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, ", just now"),
        (8, ", 8 s ago"),
        (59.9, ", 59 s ago"),
        (60, ", 1 min ago"),
        (7300, ", 2 h ago"),
        (86400, ", 1 day ago"),
        (3 * 86400, ", 3 days ago"),
        (-5, ""),
    ],
)
def test_ages(seconds, words):
    then = time.localtime(NOON - seconds)
    today = then[:3] == time.localtime(NOON)[:3]
    clock = time.strftime("%H:%M:%S" if today else "%Y-%m-%d %H:%M", then)
    assert ages.saved(NOON - seconds, NOON) == f"saved {clock}{words}"


def test_a_missing_file_has_no_age(course):
    (course.exercises / "ex01_toy.py").unlink()
    assert check("ex01").sets[0].age == ""


@pytest.fixture
def painted(course):
    """The report as a terminal with colours gets it."""

    def paint():
        console = Console(
            file=io.StringIO(), force_terminal=True, color_system="truecolor", width=100
        )
        console.print(drawn(check("ex01.double")))
        return console.file.getvalue()

    return paint


def test_a_terminal_gets_a_link_to_the_file(course, painted, monkeypatch):
    monkeypatch.delenv("TERM_PROGRAM", raising=False)
    uri = (course.exercises / "ex01_toy.py").as_uri()
    link = re.escape(f";{uri}\x1b\\")
    assert re.search(
        rf"\x1b]8;id=\d+{link}[^\x1b]*(\x1b\[[\d;]*m)?exercises/ex01_toy\.py", painted()
    )


def test_a_terminal_that_makes_its_own_links_is_left_to_it(painted, monkeypatch):
    monkeypatch.setenv("TERM_PROGRAM", "vscode")
    assert "exercises/ex01_toy.py" in painted()
    assert "\x1b]8" not in painted()


def test_a_function_that_was_not_begun_is_linked_in_one_line(course):
    report = check("ex01")
    assert "not started, about 5 minutes:  line 6" in text_of(report._repr_html_())
