"""sdist and wheel, in an environment that has nothing of this clone: new, check, update."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = (
    "minidl", "lessons", "exercises", "solutions", "tests/exercises", "docs", "tools",
    "pyproject.toml", "README.md", "LICENSE",
)  # fmt: skip
LEFT_OUT = shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints")
pytestmark = pytest.mark.exhaustive


def run(*command, cwd, code=0, **variables):
    """What a command prints on both streams; it must end with this code."""
    surroundings = {"COLUMNS": "200", "PATH": os.defpath, **variables}
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=300, env=surroundings
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def build(source, out, kind):
    run(sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(out), cwd=source)
    (built,) = out.iterdir()
    return built


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """The project as a source distribution has it, unpacked."""
    clone = tmp_path_factory.mktemp("clone")
    for name in PARTS:
        (clone / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, clone / name, **({"ignore": LEFT_OUT} if (ROOT / name).is_dir() else {}))
    packed = build(clone, tmp_path_factory.mktemp("sdist"), "sdist")
    shutil.unpack_archive(packed, clone / "unpacked", filter="data")
    (unpacked,) = (clone / "unpacked").iterdir()
    return unpacked


@pytest.fixture
def environment(tmp_path_factory):
    """An empty environment that finds the packages of this one, but not its minidl."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True, with_pip=False)
    (site,) = folder.glob("lib/python*/site-packages")
    # Not its .pth files: they lead to this clone, and are read of an environment's own folder only.
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder


def install(environment, wheel):
    pip = [sys.executable, "-m", "pip", "--python", str(environment / "bin/python"), "install"]
    run(*pip, "--no-deps", "--no-index", "--force-reinstall", str(wheel), cwd=environment)


def written(text, name, body):
    """The text with the body of a stub's function in place of its NotImplementedError."""
    pattern = rf'(def {name}\(.*?)    raise NotImplementedError\(\s*".*?"\s*\)\n'
    found = re.search(pattern, text, re.S)
    return text[: found.start()] + found[1] + body + text[found.end() :]


UNBROADCAST = """\
    grad = np.asarray(grad)
    while grad.ndim > len(shape):
        grad = grad.sum(axis=0)
    for axis, size in enumerate(shape):
        if size == 1 and grad.shape[axis] != 1:
            grad = grad.sum(axis=axis, keepdims=True)
    return grad
"""


def test_a_wheel_lays_out_a_course_checks_it_and_updates_it(source, environment, tmp_path):
    minidl = str(environment / "bin/minidl")
    install(environment, build(source, tmp_path / "first", "wheel"))
    assert str(ROOT) not in run(
        str(environment / "bin/python"), "-c", "import minidl; print(minidl.__file__)", cwd=tmp_path
    )
    assert "lessons" in run(minidl, "new", "x", cwd=tmp_path)
    course = tmp_path / "x"
    assert "not started" in run(minidl, "check", "ex01.unbroadcast", cwd=course, code=1)
    exercise = course / "exercises/ex01_autograd.py"
    exercise.write_text(written(exercise.read_text(), "unbroadcast", UNBROADCAST))
    assert "15 of 15 points" in run(minidl, "check", "ex01.unbroadcast", cwd=course)
    assert not (course / "solutions").exists()

    later(source)
    install(environment, build(source, tmp_path / "later", "wheel"))
    told = run(minidl, "update", cwd=course, code=1)
    assert "unbroadcast is asked for otherwise now; yours stays" in told
    assert UNBROADCAST in exercise.read_text()
    assert "The order, as of now." in exercise.read_text()
    assert "A newer glossary" in (course / "glossary.md").read_text()
    (backup,) = (course / ".minidl/backups").iterdir()
    assert UNBROADCAST in (backup / "exercises/ex01_autograd.py").read_text()
    assert "15 of 15 points" in run(minidl, "check", "ex01.unbroadcast", cwd=course)
    assert "nothing to do" in run(minidl, "update", cwd=course)


def test_the_first_cell_of_a_lesson_that_is_opened_alone_fetches_the_rest(
    source, environment, tmp_path, monkeypatch
):
    wheel = build(source, tmp_path / "index", "wheel")
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from first_cell import FIRST

    alone = tmp_path / "alone"
    alone.mkdir()
    lesson = (
        "from figures import palette\nfrom minidl.course import check\ncheck('ex01.unbroadcast')"
    )
    script = f"{FIRST}\n\n{lesson}\nprint('COURSE', __import__('os').getcwd())\n"
    (alone / "lesson.ipy").write_text(script)
    local = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent), "HOME": str(tmp_path)}
    # The borrowed packages have a record of this clone's minidl, which must not do for the wheel.
    local |= {"PIP_FORCE_REINSTALL": "1", "PIP_NO_DEPS": "1"}
    command = [str(environment / "bin/python"), "-m", "IPython", "--no-banner", "lesson.ipy"]
    told = run(*command, cwd=alone, **local)
    assert f"COURSE {alone / 'course/lessons'}" in told
    assert (alone / "course/exercises/ex01_autograd.py").is_file()
    again = run(*command, cwd=alone, **local)
    assert f"COURSE {alone / 'course/lessons'}" in again


def later(source):
    """Makes a later version of the project: two docstrings, the glossary, the number."""
    changes = {
        "minidl/__init__.py": (r'__version__ = "[^"]+"', '__version__ = "99.0.0"'),
        "docs/glossary.md": (r"# Glossary", "# A newer glossary"),
    }
    for name, (old, new) in changes.items():
        path = source / name
        text, count = re.subn(old, new, path.read_text(), count=1)
        assert count == 1, name
        path.write_text(text)
    path = source / "solutions/ex01_autograd.py"
    text = path.read_text()
    for function, line in (("unbroadcast", "Sums it up, as of now."),
                           ("topological_order", "The order, as of now.")):  # fmt: skip
        text, count = re.subn(
            rf'(def {function}\([^"]*""").*', lambda m, line=line: m[1] + line, text, count=1
        )
        assert count == 1, function
    path.write_text(text)
    project = source / "pyproject.toml"
    project.write_text(re.sub(r'(?m)^version = ".*"', 'version = "99.0.0"', project.read_text()))
