"""Honest files that look odd lose no point, and nothing of what they need is walled off."""

import importlib.util

import pytest

from minidl.course.checking import check

RIGHT = "def double(x):\n    return 2 * x\n\n\ndef total(x):\n    return x.sum()\n"
MANY = "# a line of notes of somebody who writes a lot, as some do\n" * 15_000  # 900 KB

FILES = {
    "a byte order mark": RIGHT.encode("utf-8-sig"),
    "line ends of Windows": RIGHT.replace("\n", "\r\n").encode(),
    "line ends of old Macs": RIGHT.replace("\n", "\r").encode(),
    "a line in latin-1": "# größer\n".encode("latin-1") + RIGHT.encode(),
    "latin-1, and it says so": ("# coding: latin-1\nNAME = 'é'\n" + RIGHT).encode("latin-1"),
    "a coding that there is not": b"# coding: klingon\n" + RIGHT.encode(),
    "a main guard": (RIGHT + "\nif __name__ == '__main__':\n    raise SystemExit\n").encode(),
    "prints": ("print('loading')\n" + RIGHT.replace("return", "print(x); return")).encode(),
    "900 KB": (MANY + RIGHT).encode(),
    "decorators": (
        "import functools\n\n@functools.lru_cache\ndef two():\n    return 2\n\n"
        "def loud(f):\n    return lambda *args: f(*args)\n\n"
        + RIGHT.replace("2 *", "two() *").replace("def ", "@loud\ndef ")
    ).encode(),
    "type hints and a dataclass": (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n\n"
        "@dataclass\nclass Pair:\n    a: Number\n    b: Number\n\n" + RIGHT
    ).encode(),
    "a file of its own, written and read": (
        "import tempfile\nwith tempfile.NamedTemporaryFile('w+') as f:\n    f.write('x')\n"
        "with open('notes.txt', 'w') as f:\n    f.write('y')\n" + RIGHT
    ).encode(),
    "a second process": (
        "import subprocess, sys\n"
        "assert subprocess.run([sys.executable, '-c', 'print(1)'], capture_output=True).stdout\n"
        + RIGHT
    ).encode(),
    "a pool of threads": (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "assert list(ThreadPoolExecutor(4).map(abs, [-1])) == [1]\n" + RIGHT
    ).encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_costs_no_point(name, toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_bytes(FILES[name])
    report = check("ex01.double", "ex01.total")
    assert not report.sets[0].trouble
    assert report.passed


@pytest.mark.parametrize("module", ["matplotlib.pyplot", "scipy.signal", "json", "urllib.request"])
def test_what_is_installed_can_be_imported(module, toy_course, monkeypatch):
    if not importlib.util.find_spec(module.partition(".")[0]):
        pytest.skip(f"{module} is not installed here")
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text(f"import {module}\n{RIGHT}")
    # The one with time: what was never imported yet is compiled, two seconds for scipy.signal.
    report = check("ex01.total")
    assert report.passed, (report.sets[0].trouble, report["ex01.total"].says)


def test_a_link_inside_of_the_folder_is_followed_and_one_that_leads_out_is_not(
    toy_course, monkeypatch
):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "version2.py").write_text(RIGHT)
    link = toy_course.exercises / "ex01_toy.py"
    link.symlink_to("version2.py")
    assert check("ex01.double").passed
    link.unlink()
    link.symlink_to("../solutions/ex01_toy.py")
    trouble = check("ex01.double").sets[0].trouble[0]
    assert trouble.endswith("is a link to another folder; put the file itself there")


def test_checks_that_lie_compiled_beside_their_text_are_not_believed(toy_course, monkeypatch):
    import py_compile

    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    checks = toy_course.root / "tests" / "exercises" / "ex01_toy.py"
    right = checks.read_text()
    checks.write_text("raise SystemExit('this was compiled, and ran')\n")
    py_compile.compile(str(checks), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    checks.write_text(right)
    (toy_course.exercises / "ex01_toy.py").write_text(RIGHT)
    assert check("ex01.double").passed


def test_a_course_inside_of_a_course_is_not_taken(toy_course, monkeypatch):
    from minidl.course.sets.folder import find
    from minidl.errors import CourseError

    inner = toy_course.root / "class" / "mallory"
    for folder in ("exercises", "solutions", "tests/exercises"):
        (inner / folder).mkdir(parents=True)
    (inner / "tests/exercises/ex01_toy.py").write_text("raise SystemExit('foreign checks ran')\n")
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    with pytest.raises(CourseError, match="has a course of its own in it, and is inside of"):
        find(inner)
    assert find(toy_course.root).root == toy_course.root.resolve()
