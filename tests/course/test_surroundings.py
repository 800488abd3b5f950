"""Wherever the parent's NumPy is installed, the worker computes with that one, or it is told."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest

from minidl.course.sandbox import sandbox as sandbox_module
from minidl.course.sandbox import surroundings
from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.errors import RequestError

ROOT = Path(__file__).parents[2]
SITE = Path(np.__file__).parents[1]
BASE = os.path.realpath(sys.executable)  # the Python of the environment, without its packages


def grade(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess:
    """A trial of checking, by a Python without packages of its own, in this environment."""
    code = f"""
import sys
sys.path.append({str(ROOT)!r})
import numpy
from minidl.course.doctor import _checking
print(*_checking())
print(numpy.__path__[0])
"""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    return subprocess.run(
        [BASE, "-c", code],
        env={**kept, **environment},
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )


def user_base(tmp_path: Path) -> Path:
    """A folder as `pip install --user` fills it, with this environment's packages in it."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    (tmp_path / "lib" / version).mkdir(parents=True)
    (tmp_path / "lib" / version / "site-packages").symlink_to(SITE)
    return tmp_path


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the user's folder has other names")
def test_numpy_among_the_users_own_packages(tmp_path):
    done = grade(tmp_path, PYTHONUSERBASE=str(user_base(tmp_path / "base with ünicode")))
    assert done.stdout.startswith("True Checking exercises"), done.stderr
    assert done.stdout.splitlines()[0].endswith(
        f"with NumPy {np.__version__} in {done.stdout.splitlines()[1]}"
    )


def test_numpy_on_the_python_path(tmp_path):
    done = grade(tmp_path, PYTHONPATH=str(SITE))
    assert done.stdout.startswith("True Checking exercises"), done.stderr


@pytest.mark.parametrize(
    "environment",
    [{"PYTHONOPTIMIZE": "2"}, {"PYTHONSTARTUP": "/nowhere"}, {"LC_ALL": "C"}, {"PYTHONUTF8": "0"}],
    ids=str,
)
def test_what_else_drives_python_changes_nothing(environment, tmp_path):
    done = grade(tmp_path, PYTHONPATH=str(SITE), **environment)
    assert done.stdout.startswith("True Checking exercises"), done.stderr


def test_another_numpy_is_refused_and_both_are_named(monkeypatch):
    told = json.loads(surroundings.packages()) | {"numpy_file": "/elsewhere/numpy/__init__.py"}
    monkeypatch.setattr(sandbox_module, "packages", lambda: json.dumps(told))
    with Sandbox() as sandbox, pytest.raises(RequestError) as refused:
        sandbox.run(Job("m", "m.py", ""))
    words = str(refused.value)
    assert "cannot be started: it finds " in words
    assert np.__file__ in words
    assert words.endswith("not the NumPy in use, /elsewhere/numpy/__init__.py")
    assert "\n" not in words


def test_why_a_worker_does_not_start_is_told_in_its_own_words(monkeypatch, tmp_path):
    broken = tmp_path / "worker.py"
    broken.write_text("import a_package_that_is_not_there\n")
    monkeypatch.setattr(sandbox_module, "WORKER", broken)
    with Sandbox() as sandbox, pytest.raises(RequestError) as refused:
        sandbox.run(Job("m", "m.py", ""))
    assert str(refused.value) == (
        "the process that runs exercises cannot be started: "
        "ModuleNotFoundError: No module named 'a_package_that_is_not_there'"
    )


def test_what_the_worker_says_besides_is_passed_on(monkeypatch, tmp_path, capsys):
    chatty = tmp_path / "worker.py"
    chatty.write_text(
        "import sys\nprint('a warning of NumPy', file=sys.stderr)\nsys.stdin.read()\n"
    )
    monkeypatch.setattr(sandbox_module, "WORKER", chatty)
    sandbox = Sandbox()
    sandbox.process.wait()
    sandbox.close()
    assert capsys.readouterr().err == (
        "minidl: the process that runs exercises said:\na warning of NumPy\n"
    )


WITHOUT = """
import os, signal, subprocess, sys
import IPython, numpy, rich.console, typer  # which know Windows by other signs

for module, names in {
    os: ("fork", "killpg", "geteuid", "getuid"),
    signal: ("SIGKILL", "SIGXCPU", "SIGCONT", "SIGSTOP", "SIGALRM", "SIGSYS"),
}.items():
    for name in names:
        delattr(module, name)
sys.modules.update(dict.fromkeys(["fcntl", "resource", "pwd", "grp", "termios"]))
import minidl.course
from minidl.__main__ import main

sys.argv[0] = "minidl"
main()
"""


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["check", "ex01"], 2, "minidl: checking needs Linux or macOS; on Windows use WSL\n"),
        (["hint", "ex01.double"], 0, "ex01.double, hint 1 of 3"),
        (["progress"], 0, "0 of 10 points"),
    ],
)
def test_where_nothing_can_be_forked_a_check_says_so_and_the_rest_works(
    toy_course, words, code, said
):
    toy_course.exercises.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *words], capture_output=True, text=True,
        env={**os.environ, "MINIDL_COURSE": str(toy_course.root)},
    )  # fmt: skip
    assert said in done.stdout + done.stderr
    assert done.returncode == code
    assert "Traceback" not in done.stderr


def test_no_python_and_no_place_for_temporary_files_are_one_line_each(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(RequestError, match="/nowhere/python: No such file or directory"):
        Sandbox()
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with pytest.raises(RequestError, match="set TMPDIR to one with room in it"):
        Sandbox()


def test_folders_of_modules_that_are_nobodys_packages_are_not_passed_on(monkeypatch, tmp_path):
    (tmp_path / "solutions.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    folders = json.loads(surroundings.packages())["folders"]
    assert str(tmp_path) not in folders
    assert str(SITE) in folders
    (tmp_path / "thing-1.0.dist-info").mkdir()
    assert json.loads(surroundings.packages())["folders"][0] == str(tmp_path)


# Time: of the processor, with a generous limit on the clock


def run(body: str, seconds: float, head: str = "", walled: bool = True):
    text = f"{head}\ndef f():\n{textwrap.indent(body, '    ')}\n"
    probe = {"source": "def probe(ex, rng): return {'y': ex.f()}", "function": "probe", "seed": [1]}
    with Sandbox(walled=walled) as sandbox:
        return sandbox.run(Job("m", "m.py", text, ("f",), [probe]), limits=Limits(seconds=seconds))


def test_waiting_longer_than_the_processor_time_is_no_fault():
    """A machine with other work on it makes a file wait; here a sleep stands for that."""
    done = run("import time\ntime.sleep(1)\nreturn 1", 0.5, head="import time; time.sleep(1)")
    assert done.stopped is None
    assert done.results[0][0] == "arrays"


def test_computing_longer_than_that_is_one_with_its_line():
    done = run("while True: pass", 0.5)
    assert done.stopped == "seconds"
    assert done.results[0][1]["line"] == 3


def test_a_loop_without_an_alarm_is_ended_by_the_system():
    done = run("import signal\nsignal.setitimer(signal.ITIMER_PROF, 0)\nwhile True: pass", 0.5)
    assert done.stopped == "seconds"


def test_the_limit_on_the_clock_grows_with_the_other_and_is_never_short():
    assert Limits(seconds=0.1).wall == 10
    assert Limits(seconds=20).wall == 80


@pytest.mark.skipif(sys.platform != "linux", reason="only there a child can outlive its parent so")
def test_a_child_that_outlives_its_supervisor_is_ended_at_once():
    """It took the signal of its parent's death away; the clock would let it go on for 10 s."""
    body = """
import ctypes, os, time
ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
os.kill(os.getppid(), 9)
time.sleep(3)
return 1
"""
    done = run(body, 0.5, walled=False)
    assert (done.stopped, done.results) == ("ended", {})
