"""Watching: what a save asks to check, and where one is afterwards."""

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.sets.stubs import stub_of
from minidl.course.store import Store
from minidl.course.warm.checker import Checker
from minidl.course.warm.edited import edited
from minidl.course.warm.walk import Walk
from minidl.errors import CourseError

HEAD = "import numpy as np\n"
NAMES = ("double", "total", "total_of_double")
BODIES = {name: f"raise NotImplementedError('ex01.{name}: write it')" for name in NAMES}
RIGHT = {
    "double": "return 2 * x",
    "total": "return np.sum(x)",
    "total_of_double": "return total(double(x))",
}


class Desk:
    """A course of one set, a learner who saves, and the walk that follows them."""

    def __init__(self, course):
        self.course, self.path = course, course.learner_file("ex01")
        self.write()

    def write(self, head=HEAD, **bodies):
        functions = [f"def {name}(x):\n    {b}\n" for name, b in (BODIES | bodies).items()]
        self.path.write_text(head + "\n".join(functions))

    def walks(self, checker, name=""):
        self.walk = Walk(self.course, Store(self.course), checker, name)
        return self.walk

    def save(self, head=HEAD, **bodies):
        """What is told of a save: (function, status) of each."""
        self.write(head, **bodies)
        return heard(self.walk.saved([self.path]))

    def idles(self):
        return heard(filter(None, (step() for step in self.walk.idle())))


def heard(news):
    return [(r.name.partition(".")[2], r.status) for told in news for r in told.report.results]


@pytest.fixture
def desk(toy_course):
    return Desk(toy_course)


@pytest.fixture
def checker(toy_course):
    with Checker(toy_course, seed=7) as checker:
        yield checker


def test_comments_and_blank_lines_are_no_edit():
    before = "def f(x):\n    return x\ndef g(): pass\n"
    assert edited(before, "# new\n\ndef f(x):  # here\n    return x\n\ndef g(): pass") == set()
    assert edited(before, "def f(x):\n    return 2 * x\ndef h(): pass") == {"f", "g", "h"}
    assert edited(before, "def f(x:") is None


def test_one_begins_at_the_first_function_that_is_not_done(desk, checker):
    Store(desk.course).remember(_earned(desk.course, "double"))
    walk = desk.walks(checker)
    assert walk.at.name == "total"
    assert heard(walk.begin()) == [("total", "not started")]


def test_a_pass_goes_on_to_the_next(desk, checker):
    walk = desk.walks(checker)
    list(walk.begin())
    told = desk.save(double=RIGHT["double"])
    assert told == [("double", "passed"), ("total", "not started")]
    assert walk.at.name == "total"
    assert Store(desk.course).points["ex01.double"] == 5


def test_a_wrong_function_keeps_its_place_and_names_the_mistake(desk, checker):
    walk = desk.walks(checker)
    desk.write(double="return x + 2")
    (told,) = walk.saved([desk.path])
    assert told.report.results[0].says == "Two was added: multiply instead."
    assert walk.at.name == "double"


def test_what_was_edited_is_checked_even_where_one_is_not(desk, checker):
    walk = desk.walks(checker)
    assert desk.save(total=RIGHT["total"]) == [("total", "passed")]
    assert walk.at.name == "double"
    told = desk.save(total=RIGHT["total"], double=RIGHT["double"])
    assert told == [("double", "passed"), ("total_of_double", "not started")]


def test_a_function_that_passes_no_longer_takes_one_back(desk, checker):
    walk = desk.walks(checker)
    desk.save(double=RIGHT["double"])
    assert desk.save(double="return x") == [("double", "wrong")]
    assert walk.at.name == "double"
    assert Store(desk.course).best["ex01.double"] == 5


def test_what_else_a_save_broke_is_told_in_the_time_between(desk, checker):
    desk.walks(checker)
    factor = {"double": "return FACTOR * x"}
    desk.save(HEAD + "FACTOR = 2\n", **factor)
    assert desk.idles() == []
    desk.save(HEAD + "FACTOR = 3\n", **factor, total=RIGHT["total"])
    assert desk.idles() == [("double", "wrong")]
    assert desk.walk.at.name == "double"


def test_a_syntax_error_is_told_and_its_cure_goes_on(desk, checker):
    walk = desk.walks(checker)
    desk.path.write_text("def double(x:\n")
    (told,) = walk.saved([desk.path])
    assert "ex01_toy.py" in " ".join(told.report.trouble)
    assert desk.save(double=RIGHT["double"])[0] == ("double", "passed")


def test_a_file_that_is_deleted_and_restored(desk, checker):
    walk = desk.walks(checker)
    desk.path.unlink()
    (told,) = walk.saved([desk.path])
    assert "is not there" in told.report.trouble[0]
    assert desk.save(double=RIGHT["double"])[0] == ("double", "passed")


def test_a_file_beside_the_exercises_counts_where_it_is_imported(desk, checker):
    beside = desk.path.with_name("mine.py")
    beside.write_text("FACTOR = 3\n")
    walk = desk.walks(checker)
    desk.save("from mine import FACTOR\n" + HEAD, double="return FACTOR * x")
    beside.write_text("FACTOR = 2\n")
    assert heard(walk.saved([beside]))[0] == ("double", "passed")
    assert heard(walk.saved([desk.path.with_name("notes.py")])) == []


def test_at_the_end_what_passed_before_is_looked_at_once_more(desk, checker):
    Store(desk.course).remember(_earned(desk.course, "double", "total"))
    desk.write(double="return x", total=RIGHT["total"], total_of_double=RIGHT["total_of_double"])
    walk = desk.walks(checker)
    assert heard(walk.begin()) == [("total_of_double", "passed"), ("double", "wrong")]
    assert walk.at.name == "double"


def test_all_done(desk, checker):
    walk = desk.walks(checker)
    told = desk.save(**RIGHT)
    assert [status for _, status in told] == ["passed"] * 3
    assert walk.at is None


def test_a_function_named_is_where_one_begins(desk, checker):
    walk = desk.walks(checker, "ex01.total")
    assert [f.name for f in walk.scope] == ["total", "total_of_double"]
    with pytest.raises(CourseError, match=r"did you mean ex01\.total"):
        desk.walks(checker, "ex01.totl")


def test_a_check_that_fails_itself_loses_nothing(desk, checker, monkeypatch):
    walk = desk.walks(checker)
    desk.save(double=RIGHT["double"])
    with monkeypatch.context() as broken:
        broken.setattr(Grader, "graded", lambda *_: 1 / 0)
        desk.write(double=RIGHT["double"], total="return 0")
        (told,) = walk.saved([desk.path])
    assert told.fault == ("ex01.total could not be checked (division by zero); nothing is changed")
    assert Store(desk.course).points["ex01.double"] == 5
    assert desk.save(double=RIGHT["double"], total=RIGHT["total"])[0] == ("total", "passed")


def test_every_check_has_a_fresh_seed_and_the_learners_own(checker, desk):
    desk.write(double="return x")
    seeds = []
    for _ in range(3):
        seeds.append(checker.reference.seeds("ex01.double"))
        checker.check("ex01", "double")
    assert {own for own, _ in seeds} == {7}
    assert len({fresh for _, fresh in seeds}) == 3


def test_code_that_knows_the_seeds_of_one_save_gains_nothing_in_the_next(checker, desk):
    """It fails once on the fresh numbers; having learnt their answers it would pass on them."""
    desk.write(double="return 2 * x if abs(x.flat[0]) < 9 else x")
    assert checker.check("ex01", "double").results[0].passed
    assert "ex01.double" not in checker.reference.drawn


def test_what_is_prepared_is_what_a_check_would_find(checker, desk):
    exercise = desk.course.exercise("ex01.total_of_double")
    desk.write(**RIGHT)
    for step in checker.preparing(exercise):
        step()
    (result,) = checker.check("ex01", "total_of_double").results
    assert (result.status, result.note) == ("passed", "")


def _earned(course, *names):
    from minidl.course.report import FunctionResult, Report, SetReport

    points = {name: course.exercise(f"ex01.{name}").points for name in names}
    results = [FunctionResult(f"ex01.{n}", "passed", p, points=p) for n, p in points.items()]
    return Report([SetReport("ex01", "Toy", "file", results)])


def test_a_stub_is_not_started(toy_course, checker):
    toy_course.learner_file("ex01").write_text(stub_of(toy_course.solution("ex01"), "ex01_toy"))
    walk = Walk(toy_course, Store(toy_course), checker)
    assert heard(walk.begin()) == [("double", "not started")]
