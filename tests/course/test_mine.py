"""use_mine: what passes takes the place of the library's; all of it can go back."""

import importlib.util
import shutil
from pathlib import Path

import numpy as np
import pytest

import minidl.functional as F
from minidl import Tensor
from minidl.course import use_mine
from minidl.course.mine.learner import LearnerModules
from minidl.course.mine.using import all_places
from minidl.course.sets.folder import Course
from minidl.errors import CourseError

COURSE = Course(Path(__file__).parents[2])
EVERY = {f.full_name for key in COURSE.stems for f in COURSE.checks(key).functions.values()}

# float32 sums in another order, in one place over a few hundred terms
ALIKE = {"rtol": 2e-4, "atol": 2e-5}


def trials():
    path = Path(__file__).with_name("mine_trials.py")
    spec = importlib.util.spec_from_file_location("mine_trials", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.TRIALS


TRIALS = trials()
PRODUCT = "    return unbroadcast(grad * b, a.shape), unbroadcast(grad * a, b.shape)"


@pytest.fixture(scope="module")
def reference():
    """The reference answers as if they were the learner's, all passed."""
    return LearnerModules(Course(COURSE.root, COURSE.root / "solutions"), EVERY)


@pytest.fixture
def submission(tmp_path, monkeypatch):
    """A learner who has solved everything; the tests spoil some of it."""
    monkeypatch.chdir(COURSE.root)
    shutil.copytree(COURSE.root / "solutions", tmp_path / "mine")
    return tmp_path / "mine"


def assert_alike(got, right):
    if right.dtype.kind == "f":
        np.testing.assert_allclose(got, right, **ALIKE)
    else:
        assert got.tolist() == right.tolist()


def spoil(folder, stem, old, new):
    path = folder / f"{stem}.py"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def test_every_place_has_a_workout():
    assert set(TRIALS) == {place.words for place in all_places()}
    assert {name for place in all_places() for name in place.exercises} <= EVERY


@pytest.mark.parametrize("place", all_places(), ids=lambda place: "-".join(place.exercises))
def test_an_exercise_in_its_place_is_called_and_gives_what_the_library_gives(place, reference):
    expected = TRIALS[place.words](np.random.default_rng(0))
    calls = dict.fromkeys(place.exercises, 0)

    def counted(name):
        def function(*args, **options):
            calls[name] += 1
            return reference.function(name)(*args, **options)

        return function

    undo = place.install([counted(name) for name in place.exercises])
    try:
        found = TRIALS[place.words](np.random.default_rng(0))
    finally:
        undo()
    assert all(calls.values()), calls
    for got, right in zip(found, expected, strict=True):
        assert (got.shape, got.dtype) == (right.shape, right.dtype)
        assert_alike(got, right)


def test_an_exercise_that_fails_is_left_out_and_named(submission):
    spoil(submission, "ex01_autograd", PRODUCT, "    return grad, grad")
    with use_mine("ex01.mul_vjp", "ex01.matmul_vjp", submission=submission) as mine:
        assert mine.left_out == {"ex01.mul_vjp": "does not pass its checks"}
        assert list(mine.used.values()) == [("ex01.matmul_vjp",)]
        assert "ex01.mul_vjp: does not pass its checks; the library's stays" in repr(mine)
        assert "does not pass its checks" in mine._repr_html_()


def test_an_exercise_used_in_one_place_is_not_left_out_for_waiting_in_another(submission):
    spoil(submission, "ex08_style", "    for name, weight in weights.items():",
          "    for name, weight in ():")  # fmt: skip
    with use_mine("ex08", submission=submission) as mine:
        assert mine.left_out == {"ex08.style_cost": "does not pass its checks"}
        assert "style.style_layer_cost and its gradient" in mine.used
        assert "style.style_cost and its gradient" not in mine.used


def test_one_open_exercise_does_not_hold_back_those_built_on_it(submission):
    spoil(submission, "ex01_autograd", "total.sum(axis=stretched, keepdims=True)", "grad")
    with use_mine("ex01.mul_vjp", submission=submission) as mine:
        assert mine.borrowed == ["ex01.unbroadcast"]
        a, b = Tensor(np.ones((2, 3)), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
        (a * b).sum().backward()
    assert b.grad.tolist() == [2, 2, 2]


def test_the_library_computes_with_the_learners_code_until_undone(submission):
    path = submission / "ex03_training.py"
    path.write_text(path.read_text().replace("    powers =", "    USED.append(1)\n    powers =", 1)
                    + "\n\nUSED = []\n")  # fmt: skip
    mine = use_mine("ex03.softmax", submission=submission)
    used = mine._parts[0][1][0].__globals__["USED"]
    half = np.zeros((1, 2), np.float32)
    assert F.softmax(half).data.tolist() == [[0.5, 0.5]]
    mine.undo()
    F.softmax(half)
    assert len(used) == 1
    with mine:
        F.softmax(half)
    F.softmax(half)
    assert len(used) == 2


def test_a_function_imported_elsewhere_in_the_library_is_replaced_there_too(submission):
    from minidl.functional import losses
    from minidl.nn import loss

    before = losses.cross_entropy
    names = ("ex03.softmax_cross_entropy", "ex03.softmax_cross_entropy_grad")
    with use_mine(*names, submission=submission):
        assert losses.cross_entropy is not before
        assert F.cross_entropy is losses.cross_entropy
        assert before not in vars(loss).values()
    assert F.cross_entropy is losses.cross_entropy is before


def test_using_again_begins_anew(submission):
    use_mine("ex03.softmax", submission=submission)
    with use_mine("ex01.matmul_vjp", submission=submission) as mine:
        assert list(mine.used.values()) == [("ex01.matmul_vjp",)]


def test_stubs_change_nothing(monkeypatch):
    monkeypatch.chdir(COURSE.root)
    with use_mine("ex03.softmax", submission="exercises") as mine:
        assert (mine.used, mine.left_out) == ({}, {"ex03.softmax": "not started"})


def test_an_unknown_exercise_is_one_line(submission):
    with pytest.raises(CourseError, match="did you mean ex03"):
        use_mine("ex03.sofmax", submission=submission)
