"""`minidl check --json`: every verdict in the form that docs/check_json.md describes."""

import json
import re
import sys
from pathlib import Path

import pytest

from minidl.cli import app as cli
from minidl.course.sets.stubs import stub_of
from minidl.course.store import Store

DOCUMENT = Path(__file__).parents[2] / "docs" / "check_json.md"
BODIES = {
    "passed": ("return 2 * x", 0),
    "wrong": ("return x + 2", 1),
    "crashed": ("return x.nothing", 1),
    "stopped": ("while True: pass", 1),
    "not started": ("raise NotImplementedError('ex01.double: write it')", 1),
    "not loaded": ("return (", 1),
}


@pytest.fixture
def course(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    stub = stub_of(toy_course.solution("ex01"), "ex01_toy")
    toy_course.learner_file("ex01").write_text(stub)
    return toy_course


@pytest.fixture
def checked(course, monkeypatch, capfd):
    """checked("ex01") -> exit code, the JSON of standard output, standard error."""

    def checked(*arguments):
        monkeypatch.setattr(sys, "argv", ["minidl", "check", "--json", *arguments])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfd.readouterr()
        return ended.value.code, json.loads(out), err

    return checked


def documented():
    return set(
        re.findall(r"`(\w+)`", re.sub(r"(?m)^(?!\|).*$|\|[^|]*\|$", "", DOCUMENT.read_text()))
    )


@pytest.mark.parametrize("status", BODIES)
def test_every_verdict(status, course, checked):
    body, expected = BODIES[status]
    text = f"import numpy as np\nprint('hello')\ndef double(x):\n    {body}\n"
    course.learner_file("ex01").write_text(text)
    code, found, err = checked("ex01.double")
    (one,) = found["sets"]
    (function,) = one["functions"]
    assert (code, err) == (expected, "")
    assert (found["form"], found["passed"]) == (1, expected == 0)
    assert function["status"] == status
    assert bool(one["trouble"]) == (status == "not loaded")
    assert found["points"] == one["points"] == function["points"] == 5 * (status == "passed")
    assert {*found, *one, *function} <= documented()


def test_what_names_the_mistake_and_where(course, checked):
    course.learner_file("ex01").write_text("def double(x):\n    return x + 2\n")
    function = checked("ex01.double")[1]["sets"][0]["functions"][0]
    assert function["says"] == "Two was added: multiply instead."
    assert (function["diagnosis"], function["where"]) == ("named", "exercises/ex01_toy.py:1")
    assert function["case"]["seed"] == Store(course).seed


def test_where_nothing_can_be_checked(checked):
    code, found, err = checked("ex07")
    assert code == 2
    assert found == {"form": 1, "error": "no exercise 'ex07'; did you mean ex01? there are ex01"}
    assert err == f"minidl: {found['error']}\n"


def test_a_submission_leaves_no_trace(course, checked, tmp_path_factory):
    anna = tmp_path_factory.mktemp("anna")
    (anna / "ex01_toy.py").write_text(course.solution("ex01"))
    code, found, _ = checked("--submission", str(anna))
    assert (code, found["points"]) == (0, 10)
    assert found["sets"][0]["file"] == str(anna / "ex01_toy.py")
    assert not course.state.exists()
    before = Store(course).seed, dict(Store(course).points)
    assert checked("--submission", str(anna), "ex01.double")[1]["seed"] == before[0]
    assert (Store(course).seed, dict(Store(course).points)) == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "nobody is not there"),
        ("file", "file is a file; give the folder it is in"),
        ("empty", "empty: expected ex01_toy.py"),
    ],
)
def test_a_folder_that_is_no_submission(name, words, checked, tmp_path_factory):
    folder = tmp_path_factory.mktemp("submissions")
    (folder / "file").write_text("")
    (folder / "empty").mkdir()
    code, found, _ = checked("--submission", str(folder / name))
    assert code == 2
    assert found["error"].endswith(words)
