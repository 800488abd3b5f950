"""One pair of sandboxes for the whole session; every learner in the tests is a piece of text."""

import signal
from pathlib import Path

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import Course

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell starts what runs in the background deaf to Ctrl-C, which tests send to their children.
    signal.signal(signal.SIGINT, signal.default_int_handler)

COURSE = Course(Path(__file__).parents[1])

TOY_SOLUTION = '''\
"""A set of three small functions."""

import numpy as np

SECRET = "the needle in the solution"


def double(x: np.ndarray) -> np.ndarray:
    """Twice x.

    Example: double([1, 2]) = [2, 4]
    """
    # BEGIN SOLUTION
    return 2 * x
    # END SOLUTION


def total(x: np.ndarray) -> float:
    """The sum of x.

    Example: total([1, 2]) = 3
    """
    # BEGIN SOLUTION
    return float(np.sum(x))
    # END SOLUTION


def total_of_double(x: np.ndarray) -> float:
    """The sum of twice x.

    Example: total_of_double([1, 2]) = 6
    """
    # BEGIN SOLUTION
    return total(double(x))
    # END SOLUTION
'''

TOY_CHECKS = """\
from minidl.course.sets.manifest import ExerciseSet, Tolerance

SECRET = "the needle in the checks"
toy = ExerciseSet("ex01_toy", "Toy")
CLOSE = Tolerance(1e-12, "one product or a short sum")
HINTS = ("What is two times three?", "Multiply.", "With two.")

double = toy.function(
    "double", points=5, minutes=5, tolerance=CLOSE, hints=HINTS, seconds=1.5,
    section="Two at once: a product",
)
for_total = toy.function("total", points=3, minutes=5, tolerance=CLOSE, hints=HINTS, seconds=20)
both = toy.function(
    "total_of_double", points=2, minutes=5, tolerance=CLOSE, hints=HINTS,
    needs=("double", "total"), seconds=20,
)

@double.probe("three numbers")
def _(ex, rng):
    return {"result": ex.double(rng.normal(size=3))}

@double.probe("a matrix")
def _(ex, rng):
    x = rng.normal(size=(2, 3))
    return {"result": ex.double(x), "x afterwards": x}

double.wrong("2 * x", "x", says="Nothing was doubled.")
double.wrong("2 * x", "x + 2", says="Two was added: multiply instead.")

@for_total.probe("three numbers")
def _(ex, rng):
    return {"result": ex.total(rng.normal(size=3))}

@both.probe("three numbers")
def _(ex, rng):
    return {"result": ex.total_of_double(rng.normal(size=3))}
"""


@pytest.fixture(scope="session")
def learner():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(scope="session")
def reference():
    with Reference(COURSE, seed=1) as reference:
        yield reference


@pytest.fixture
def grade(reference, learner):
    """grade("ex01", text, "unbroadcast") -> the report of a set, or the result of a function."""

    def grade(key, text, name=None):
        report = Grader(reference, learner, {key: text}).grade_set(key, *filter(None, [name]))
        return report.results[0] if name else report

    return grade


@pytest.fixture(scope="session")
def write_toy():
    """write_toy(root) -> a course with one set, ex01_toy, and no exercise file in it yet."""

    def write_toy(root):
        for folder in ("solutions", "exercises", "tests/exercises"):
            (root / folder).mkdir(parents=True)
        (root / "solutions" / "ex01_toy.py").write_text(TOY_SOLUTION)
        (root / "tests" / "exercises" / "ex01_toy.py").write_text(TOY_CHECKS)
        return Course(root)

    return write_toy


@pytest.fixture
def toy_course(tmp_path, write_toy):
    """A course folder with one set, ex01_toy, and no exercise file in it yet."""
    return write_toy(tmp_path)


@pytest.fixture
def grade_toy(toy_course, learner):
    """grade_toy(double="body", head="...") -> {"double": result, ...}, the rest as it should be."""

    def grade_toy(head="", limits=None, **bodies):
        right = {
            "double": "return 2 * x",
            "total": "return float(np.sum(x))",
            "total_of_double": "return total(double(x))",
        }
        text = head + "\nimport numpy as np\n"
        for name, body in (right | bodies).items():
            lines = "\n    ".join(body.strip("\n").splitlines())
            text += f"\ndef {name}(x):\n    {lines}\n"
        with Reference(toy_course, seed=7, limits=limits or Limits()) as reference:
            report = Grader(reference, learner, {"ex01": text}).grade_set("ex01")
        results = {result.name.partition(".")[2]: result for result in report.results}
        return results | {"trouble": report.trouble}

    return grade_toy


CHECKS_HEAD = """\
from minidl.course.sets.manifest import BODY, ExerciseSet, Tolerance

the_set = ExerciseSet("ex01_one", "One function")
f = the_set.function(
    "f", points=20, minutes=5, hints=("a", "b", "c"), tolerance=Tolerance(1e-9, "short sums"),
    {options}
)
"""


class OneFunction:
    """A course of one function f, to be graded in many forms; see the fixture `one_function`."""

    def __init__(self, root, learner):
        self.course, self.learner = Course(root), learner
        for folder in ("solutions", "exercises", "tests/exercises"):
            (root / folder).mkdir(parents=True)

    def declare(self, solution, checks, options="", returns=""):
        """The reference's body (of f(x, y=None)), and the probes and mistakes of `f`."""
        body = "\n    ".join(["# BEGIN SOLUTION", *solution.splitlines(), "# END SOLUTION"])
        arrow = f" -> {returns}" if returns else ""
        head = f'import numpy as np\n\n\ndef f(x, y=None){arrow}:\n    """Does it."""\n    '
        root = self.course.root
        (root / "solutions/ex01_one.py").write_text(head + body + "\n")
        text = CHECKS_HEAD.format(options=options) + checks
        (root / "tests/exercises/ex01_one.py").write_text(text)

    def grade(self, body, seed=7, head="", takes="x, y=None"):
        lines = "\n    ".join(body.strip("\n").splitlines())
        text = f"import numpy as np\n{head}\ndef f({takes}):\n    {lines}\n"
        with Reference(self.course, seed) as reference:
            report = Grader(reference, self.learner, {"ex01": text}).grade_set("ex01")
        assert not report.trouble
        return report.results[0]


@pytest.fixture
def one_function(tmp_path, learner):
    return OneFunction(tmp_path, learner)
