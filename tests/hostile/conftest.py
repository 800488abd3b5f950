"""A class of two: somebody hostile, and the files that they are after."""

import pytest

from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sandbox import walls
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox

SECRET = "the needle of somebody else"
SHORT = Limits(seconds=1.0, loading=1.0)  # so that what hangs does not take long


class Trial:
    """A course with secrets in it, and the walls around whoever is after them."""

    def __init__(self, course, sandbox):
        self.course, self.root, self.sandbox = course, course.root, sandbox
        self.reference = Reference(self.course, 7, SHORT, draws_fresh=True)

    def text(self, tools, body):
        """A file with a hostile `double` and a right `total`."""
        lines = "\n    ".join(body.strip("\n").splitlines())
        places = {
            "USER_HOME": self.root / "home",
            "SOLUTIONS": self.root / "solutions",
            "CHECKS": self.root / "tests/exercises",
            "EXERCISES": self.root / "exercises",
            "ROOT": self.root,
        }
        for name, place in places.items():
            lines = lines.replace(name, str(place))
        ends = "def total(x):\n    return float(np.sum(x))\n"
        return f"{tools}\nimport numpy as np\n\ndef double(x):\n    {lines}\n\n{ends}"

    def grade(self, text):
        """The results of `double` and of `total`."""
        grader = Grader(self.reference, self.sandbox, {"ex01": text})
        return grader.grade_set("ex01", "double", "total").results

    def files(self):
        """What every file of the course holds."""
        paths = [path for path in self.root.rglob("*") if path.is_file()]
        return {str(path): path.read_bytes() for path in paths}


@pytest.fixture(scope="session")
def trial(tmp_path_factory, write_toy):
    if not walls.available().enough:
        pytest.skip(f"walls are missing here: {walls.available()}")
    root = tmp_path_factory.mktemp("class")
    course = write_toy(root)
    (root / "home").mkdir()
    (root / "exercises" / "ex01_toy.py").write_text(f"# {SECRET}\ndef double(x): return 2 * x\n")
    (root / "home" / "hostile_secret").write_text(SECRET)
    (root / "home" / ".bashrc").write_text("")
    with pytest.MonkeyPatch.context() as patch, Sandbox(SHORT, require_walls=True) as sandbox:
        patch.setenv("HOSTILE_SECRET", SECRET)
        trial = Trial(course, sandbox)
        yield trial
        trial.reference.sandbox.close()
