"""`minidl watch` as a learner sees it: a process that writes to a pipe, and files."""

import os
import queue
import signal
import subprocess
import sys
import threading

import pytest

from minidl.course.sets.stubs import stub_of
from minidl.course.store import Store

PATIENCE = 60  # seconds until a test gives up on a line that should have come


class Watched:
    """The process, and the lines it wrote so far."""

    def __init__(self, course, *arguments):
        command = [sys.executable, "-m", "minidl", "watch", *arguments]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=course.root, env={**os.environ, "COLUMNS": "100"},
        )  # fmt: skip
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip())
        self.lines.put("(the end)")

    def until(self, words):
        """The lines up to the first with these words."""
        found = []
        while not found or words not in found[-1]:
            found.append(self.lines.get(timeout=PATIENCE))
            assert "(the end)" not in found[-1] or words == "(the end)", "\n".join(found)
        return "\n".join(found)


@pytest.fixture
def watch(toy_course, monkeypatch):
    monkeypatch.delenv("MINIDL_COURSE", raising=False)
    stub = stub_of(toy_course.solution("ex01"), "ex01_toy")
    toy_course.learner_file("ex01").write_text(stub)
    started = []

    def watch(*arguments):
        started.append(Watched(toy_course, *arguments))
        return started[-1]

    yield watch
    for watched in started:
        watched.process.kill()
        watched.process.wait()


def written(course, **bodies):
    """The stub with these bodies written."""
    text = stub_of(course.solution("ex01"), "ex01_toy")
    for name, body in bodies.items():
        head, _, rest = text.partition(f"def {name}(")
        docstring, _, rest = rest.partition("raise NotImplementedError(")
        text = f"{head}def {name}({docstring}{body}{rest.partition(')')[2]}"
    return text


def test_from_the_first_function_to_the_last(watch, toy_course):
    path = toy_course.learner_file("ex01")
    watched = watch()
    shown = watched.until("functions, now")
    assert "· double" in shown
    assert "write: exercises/ex01_toy.py:8" in shown
    assert "0 of 3 functions, now ex01.double" in shown

    path.write_text(written(toy_course, double="return x + 2"))
    shown = watched.until("functions, now")
    assert "saved exercises/ex01_toy.py" in shown
    assert "Two was added: multiply instead." in shown

    path.with_name("notes.py").write_text("a = 1\n")
    assert "nothing that is watched is in it" in watched.until("functions, now")

    temporary = path.with_name(".ex01_toy.py.tmp")
    temporary.write_text(written(toy_course, double="return 2 * x"))
    os.replace(temporary, path)
    shown = watched.until("functions, now")
    assert "✓ double" in shown
    assert "· total" in shown
    assert "1 of 3 functions, now ex01.total" in shown

    path.write_text("def double(x:\n")
    assert "SyntaxError" in watched.until("functions, now")

    path.write_text(toy_course.solution("ex01"))
    shown = watched.until("(the end)")
    assert "all done: 3 functions of ex01" in shown
    assert watched.process.wait(PATIENCE) == 0
    assert sum(Store(toy_course).points.values()) == 10


def test_ctrl_c_says_where_one_is(watch, toy_course):
    watched = watch("ex01.total")
    watched.until("functions, now")
    watched.process.send_signal(signal.SIGINT)
    shown = watched.until("(the end)")
    assert "all that passed is kept" in shown
    assert "You are at ex01.total" in shown
    assert "Traceback" not in shown
    assert watched.process.wait(PATIENCE) == 0


def test_an_unknown_name_is_one_line(watch):
    watched = watch("ex01.duble")
    assert "did you mean ex01.double?" in watched.until("(the end)")
    assert watched.process.wait(PATIENCE) == 2
