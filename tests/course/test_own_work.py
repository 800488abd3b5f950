"""An exercise is one's own answer: the library and the reference are told of by name."""

import pytest

from minidl.course.grading.own_work import borrowed

FILE = """
import numpy as np
{head}

def double(x):
    {double}

def total(x):
    return float(np.sum(x))

def total_of_double(x):
    {both}
"""


def file(head="", double="return 2 * x", both="return total(double(x))"):
    return FILE.format(head=head, double=double, both=both)


BY_ONE = {
    "an import inside": {"double": "import minidl\n    return minidl.tensor(x)"},
    "an import outside": {"head": "import minidl.functional as F", "double": "return F.double(x)"},
    "from the reference": {
        "head": "from solutions.ex01_toy import double as d", "double": "return d(x)",
    },
    "importlib": {
        "head": "import importlib",
        "double": "return importlib.import_module('mini' + 'dl').double(x)",
    },
    "exec": {"double": "exec('from minidl import double as d'); return d(x)"},
    "the reference read": {"double": "return open('../solutions/ex01_toy.py').read()"},
    "by a name of its own": {
        "head": "import minidl\nmine = minidl.double", "double": "return mine(x)",
    },
    "by a helper": {
        "head": "import minidl\ndef helper(x):\n    return minidl.double(x)",
        "double": "return helper(x)",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", BY_ONE)
def test_the_function_that_uses_it_is_told(case):
    found = borrowed(file(both="return 2 * total(x)", **BY_ONE[case]))
    assert "your own work" in found.by("double")
    assert found.by("total") == found.by("total_of_double") == ""


def test_a_function_that_calls_it_is_told_too():
    found = borrowed(file("import minidl", double="return minidl.double(x)"))
    assert found.by("total_of_double")


@pytest.mark.parametrize(
    "head",
    [
        "from minidl import *",
        "exec('import minidl')",
        "import sys\nsys.path.append('../solutions')",
    ],
)
def test_what_reaches_everywhere_counts_for_the_whole_file(head):
    assert borrowed(file(head)).by("total")


@pytest.mark.parametrize(
    "text",
    [
        "import numpy as np\nimport math, itertools",
        "from ex01_autograd import unbroadcast",
        '"""My solutions, for minidl."""\nminimum = min\nsolutions = [1, 2]',
        "def f(x):\n    # import minidl\n    return 'minidl'",
        "def f(:",
    ],
)
def test_what_is_allowed_is_not_told(text):
    found = borrowed(text)
    assert not found.whole_file
    assert not found.functions
    assert found.text == text


def test_the_others_still_count(grade_toy):
    results = grade_toy("import minidl", double="return minidl.double(x)")
    assert results["double"].points == 0
    assert "line 1 takes 'minidl' for the answer" in results["double"].says
    assert results["total"].passed


def test_the_library_is_not_there_either(grade_toy):
    hidden = "import importlib\nname = ''.join(['mini', 'dl'])\n"
    results = grade_toy(hidden, double="importlib.import_module(name)\nreturn 2 * x")
    assert "an exercise is your own answer" in results["double"].says
