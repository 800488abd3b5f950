"""What a learner calls in a notebook: hint, progress, reset and watch, beside check and case."""

import threading
from xml.etree import ElementTree

import pytest

from minidl.course import hint, progress, reset, watch, watching
from minidl.course.store import Store
from minidl.errors import CourseError

PATIENCE = 30  # seconds until a test gives up on a check that should have been made
WRONG = "def double(x):\n    return x + 2\n"


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text(WRONG)
    return toy_course


def words_of(html):
    tree = ElementTree.fromstring(html.replace("&nbsp;", " "))
    for parent in tree.findall(".//style/.."):
        parent.remove(parent.find("style"))
    return " ".join(" ".join(tree.itertext()).split())


def test_hints_come_one_at_a_time_and_those_given_stay(course):
    first = hint("ex01.double")
    assert first.given == ("What is two times three?",)
    assert "hint 1 of 3 What is two times three? 2 more: hint('ex01.double') gives the next" in (
        words_of(first._repr_html_())
    )
    second = hint("ex01.double")
    assert second.given == ("What is two times three?", "Multiply.")
    assert repr(second).splitlines()[:5] == [
        "ex01.double, hint 1 of 3",
        "What is two times three?",
        "",
        "ex01.double, hint 2 of 3",
        "Multiply.",
    ]


def test_hints_given_can_be_read_again_without_another(course):
    assert hint("ex01.double", again=True).given == ()
    assert "no hint was given yet" in words_of(hint("ex01.double", again=True)._repr_html_())
    hint("ex01.double")
    again = hint("ex01.double", again=True)
    assert again.given == ("What is two times three?",)
    assert not again.new
    assert Store(course).hints == {"ex01.double": 1}


def test_after_the_last_hint_all_three_are_shown(course):
    hints = [hint("ex01.double") for _ in range(4)]
    assert [len(h.given) for h in hints] == [1, 2, 3, 3]
    assert [h.new for h in hints] == [True, True, True, False]
    assert repr(hints[3]).endswith("That was the last one.")


def test_a_hint_is_for_one_function(course):
    with pytest.raises(CourseError, match=r"ex01 is a whole set; ask for one of ex01\.double"):
        hint("ex01")


def test_progress_has_a_bar_for_each_set_and_the_sum(course):
    store = Store(course)
    store.state |= {"points": {"ex01.double": 5, "ex01.total": 0}, "best": {"ex01.total": 3}}
    store._write()
    there = progress()
    assert (there.score, there.max_score) == (5, 10)
    html = there._repr_html_()
    assert 'aria-label="5 of 10 points"><span style="width:50%">' in html
    assert "ex01 Toy 5 of 10 (best 8) 1 of 3" in words_of(html)
    assert "5 of 10 points (best 8)" in repr(there)


def test_progress_says_what_is_wrong_with_the_file_of_points(course):
    course.state.mkdir()
    (course.state / "state.json").write_text("{")
    assert "does not count: it is no JSON" in repr(progress())
    assert "does not count: it is no JSON" in words_of(progress()._repr_html_())


def test_reset_backs_up_first_and_says_where(course):
    done = reset("ex01.double")
    assert (course.root / done.copy).read_text() == WRONG
    assert "NotImplementedError" in course.learner_file("ex01").read_text()
    assert repr(done).splitlines() == [
        f"your file was copied to {done.copy}",
        "ex01.double in exercises/ex01_toy.py is as it was at the beginning",
    ]
    assert f"your file was copied to {done.copy}" in words_of(done._repr_html_())


def test_reset_of_a_set_without_a_file_has_no_copy(course):
    course.learner_file("ex01").unlink()
    done = reset("ex01")
    assert done.copy == ""
    assert words_of(done._repr_html_()).startswith("ex01 in exercises/ex01_toy.py is as it was")


class Page:
    """Where a watch shows itself: the newest of what was shown, and a way to wait for words."""

    def __init__(self):
        self.shown, self.changed = None, threading.Condition()

    def update(self, shown):
        with self.changed:
            self.shown = shown
            self.changed.notify_all()

    def has(self, words):
        with self.changed:
            found = self.changed.wait_for(lambda: words in repr(self.shown), PATIENCE)
        assert found, repr(self.shown)
        return words_of(f"<div>{self.shown._repr_html_()}</div>")


@pytest.fixture
def page(monkeypatch):
    """A notebook's page, for each call of `watch`."""
    pages = []

    def display(shown, display_id):
        pages.append(Page())
        pages[-1].update(shown)
        return pages[-1]

    monkeypatch.setattr("IPython.display.display", display)
    monkeypatch.setattr(watching, "_in_notebook", lambda: True)
    yield pages
    if watching.Watch.current:
        watching.Watch.current.stop()
    for thread in threading.enumerate():  # a check that is not ended would go on beside the next
        if thread.name == "minidl watch":
            thread.join(PATIENCE)


def test_a_watch_checks_at_once_and_again_at_every_save(course, page):
    one = watch("ex01.double")
    assert "Two was added: multiply instead." in page[0].has("0 of 5 points")
    course.learner_file("ex01").write_text("def double(x):\n    return 2 * x\n")
    assert "checked again when you save" in page[0].has("5 of 5 points")
    assert one.report.passed
    course.learner_file("ex01").write_text("def double(x:\n")
    assert "SyntaxError" in page[0].has("SyntaxError")
    course.learner_file("ex01").unlink()
    page[0].has("is not there")
    course.learner_file("ex01").write_text("def double(x):\n    return 2 * x\n")
    page[0].has("5 of 5 points")


def test_a_watch_ends_with_stop(course, page):
    one = watch("ex01.double")
    page[0].has("0 of 5 points")
    one.stop()
    assert not one.running
    assert "no longer watching" in page[0].has("0 of 5 points")
    one._thread.join(PATIENCE)
    assert not one._thread.is_alive()


def test_the_same_cell_run_again_ends_the_watch_before(course, page):
    one, other = watch("ex01.double"), watch("ex01.double")
    assert (one.running, other.running) == (False, True)
    page[0].has("no longer watching")
    page[1].has("0 of 5 points")


def test_a_watch_outlives_a_check_that_breaks(course, page, monkeypatch):
    def broken(names):
        raise ZeroDivisionError("of the checker's own")

    monkeypatch.setattr(watching, "check", broken)
    watch("ex01.double")
    page[0].has("the check failed: ZeroDivisionError: of the checker's own")
    monkeypatch.undo()
    monkeypatch.setenv("MINIDL_COURSE", str(course.root))
    course.learner_file("ex01").write_text("def double(x):\n    return 2 * x\n")
    page[0].has("5 of 5 points")
    watching.Watch.current.stop()


def test_a_watch_refuses_unknown_names_before_it_begins(course, page):
    with pytest.raises(CourseError, match=r"no function 'ex01\.duble'; did you mean ex01\.double"):
        watch("ex01.duble")
    assert page == []


def test_outside_a_notebook_the_command_is_named(course):
    with pytest.raises(CourseError, match=r"in a terminal there is `minidl watch ex01`"):
        watch("ex01")
