"""Code that hangs, dies, floods, cheats or breaks things: it costs its own function, no more."""

import contextlib
import os
import re
import sys
import time
from pathlib import Path

import pytest

from minidl.course.checking import check
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox

linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and a subreaper")

# body of `double`, its status, and what must stand in what the learner reads
BODIES = {
    "infinite loop": ("while True:\n    x = x", "stopped", "had not ended after 1.5 s"),
    "loop that catches all": (
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        "stopped",
        "had not ended after 1.5 s",
    ),
    "turns the alarm off": (
        "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)\nwhile True: pass",
        "stopped",
        "had not ended after 1.5 s",
    ),
    "sleep": (
        "import time; time.sleep(1000)",
        "stopped",
        "after 10 s, in which it did not compute",
    ),
    "os._exit(0)": ("import os; os._exit(0)", "stopped", "ended its process"),
    "sys.exit()": ("import sys; sys.exit(0)", "crashed", "sys.exit(0)"),
    "killed by itself": (
        "import os; os.kill(os.getpid(), 9)",
        "stopped",
        "SIGKILL",
    ),
    "killed by a signal without a name": (
        "import os; os.kill(os.getpid(), 40)",
        "stopped",
        "killed by signal 40",
    ),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", "stopped", "SIGSEGV"),
    "20 GB": ("return np.ones(20 * 10**9 // 8)", "crashed", "more memory than the 2 GB"),
    "memory by and by": (
        "kept = []\nwhile True: kept.append(np.empty(10**7))",
        "crashed",
        "more memory than the 2 GB",
    ),
    "print flood": ("while True: print('x' * 1000)", "stopped", "printed more than 1 MB"),
    "flood of file descriptors 1 and 2": (
        "import os\nwhile True: os.write(1, b'x' * 4096); os.write(2, b'y' * 4096)",
        "stopped",
        "printed more than 1 MB",
    ),
    "giant result": ("return np.ones((20, 1000, 1000))", "wrong", "at most 64 MB"),
    "huge file": ("open('big', 'wb').write(b'x' * 10**8)", "crashed", "File too large"),
    "endless recursion": ("return double(x)", "crashed", "RecursionError"),
    "input()": ("return x * float(input())", "crashed", "nobody is there"),
    "no result": ("2 * x", "wrong", "returned None"),
    "an object": ("return object()", "wrong", "of type object, not an array"),
    "array of objects": ("return np.array([x, None], dtype=object)", "wrong", "with None in it"),
    "ragged list": ("return [[1], [2, 3]]", "wrong", "cannot be made an array"),
    "a function": ("return double", "wrong", "of type function, not an array"),
    "text": ("return 'full marks'", "wrong", "it returns a str, expected an array"),
    "exception with a bad message": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError\nraise Odd",
        "crashed",
        "Odd",
    ),
    "long message": ("raise ValueError('x' * 10**6)", "crashed", "ValueError: xxx"),
}


@pytest.mark.parametrize("name", BODIES)
def test_costs_its_own_function_only(name, grade_toy):
    body, status, words = BODIES[name]
    results = grade_toy(double=body)
    assert results["double"].status == status
    assert results["double"].points == 0
    assert words in results["double"].says
    assert len(results["double"].says) < 2000
    assert results["total"].passed
    assert results["total_of_double"].passed


def test_a_loop_is_told_with_its_line(grade_toy):
    told = grade_toy(double="y = x\nwhile True:\n    y = y")["double"]
    assert re.search(r"exercises/ex01_toy.py:[67]: (while True:|y = y)", told.details[0])


def test_a_crash_is_told_with_the_learners_own_line(grade_toy):
    told = grade_toy(double="return np.linalg.inv(np.zeros((2, 2)))")["double"]
    assert told.says == "LinAlgError: Singular matrix"
    assert told.details[0] == ("exercises/ex01_toy.py:5: return np.linalg.inv(np.zeros((2, 2)))")


def test_what_was_printed_is_shown_and_cut(grade_toy):
    told = grade_toy(double="print('shape', x.shape)\nprint('y' * 100_000)\nreturn x")["double"]
    assert told.printed.startswith("shape (3,)\nyyy")
    assert len(told.printed) <= 4000


def test_what_drives_a_terminal_is_taken_out(grade_toy):
    body = "print('\\x1b[2J', 'é')\nraise ValueError('\\x1b]0;title\\x07')"
    told = grade_toy(double=body)["double"]
    assert told.says == "ValueError: \\x1b]0;title\\x07"
    assert told.printed == "\\x1b[2J é\n" * 2


# Cheating: each of these earns nothing, and takes nothing from the others

CHEATS = {
    "numpy.testing and friends agree with all": """
        for name in ("assert_allclose", "assert_array_equal", "assert_equal"):
            setattr(np.testing, name, lambda *a, **k: None)
        np.allclose = np.array_equal = lambda *a, **k: True
        np.asarray = np.asanyarray
        return x
    """,
    "an array that is equal to everything": """
        class Same(np.ndarray):
            def __eq__(self, other): return True
            def __array__(self, *a, **k): return self
        return x.view(Same)
    """,
    "the random numbers become zeros, for which everything is right": """
        np.random.default_rng = lambda *a: None
        x[...] = 0
        return x
    """,
    "garbage on every file descriptor": """
        import os
        for fd in range(3, 200):
            try: os.write(fd, b"\\0" * 1000)
            except OSError: pass
        return x
    """,
    "a forged result": """
        import gc
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                child.send("arrays", {"result": x}, 0)
                child.send("arrays", {"result": x, "x afterwards": x}, 1)
        return x
    """,
    "a frame larger than may be": """
        import gc
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                child.channel.write(b"\\xff" * 12)
                child.channel.flush()
        return x
    """,
    "a reply that is no JSON": """
        import gc, struct
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                child.channel.write(struct.pack(">IQ", 5, 0) + b"hello")
                child.channel.flush()
        return x
    """,
    "answers that nobody asked for": """
        import gc
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                for _ in range(10_000):
                    child.send("value", 1)
        return x
    """,
    "an error without its place": """
        import gc
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                child.send("error", {"type": "E", "message": "m", "line": 5}, 0)
        return x
    """,
    "calls the reference of itself": """
        import gc
        for child in gc.get_objects():
            if type(child).__name__ == "Child":
                return child.call("double", (x,), {})
    """,
}


@pytest.mark.parametrize("name", CHEATS)
def test_cheating_earns_nothing(name, grade_toy):
    import textwrap

    results = grade_toy(double=textwrap.dedent(CHEATS[name]))
    assert not results["double"].passed
    assert results["double"].says
    assert results["total"].passed
    assert results["total_of_double"].passed


def test_patching_at_import_earns_nothing(grade_toy):
    head = """
import builtins, numpy as np
np.testing.assert_allclose = np.allclose = np.array_equal = lambda *a, **k: True
builtins.abs = lambda x: 0
builtins.all = lambda x: True
"""
    results = grade_toy(head, double="return x", total="return 0.0")
    assert [results[n].passed for n in ("double", "total", "total_of_double")] == [0, 0, 1]


def test_worker_holds_neither_solution_nor_checks(grade_toy):
    body = """
import gc, os, sys
gc.unfreeze()
needles = ["the needle" + " in the " + where for where in ("solution", "checks")]
texts = [t for o in gc.get_objects() for t in (o.values() if isinstance(o, dict) else ())]
frame = sys._getframe()
while frame:
    texts += list(frame.f_locals.values())
    frame = frame.f_back
for path in ("/proc/self/environ", "/proc/self/cmdline"):
    try:
        texts.append(open(path).read())
    except OSError:
        pass  # behind a wall
texts += list(os.environ.values()) + sys.path + sys.argv
found = [n for n in needles for t in texts if isinstance(t, str) and n in t]
modules = [m for m in sys.modules if m.startswith(("minidl", "pytest"))]
print("looked at", len(texts) > 1000, "found", found, modules)
"""
    assert grade_toy(double=body)["double"].printed == "looked at True found [] []\n" * 2


@linux
def test_nothing_that_was_started_is_left(grade_toy):
    body = """
import ctypes, os, subprocess, sys
sleep = [sys.executable, "-c", "'leftbehind'; import time; time.sleep(300)"]
print(subprocess.Popen(sleep).pid, flush=True)
print(subprocess.Popen(sleep, start_new_session=True).pid, flush=True)
for _ in range(3):
    pid = os.fork()
    if pid == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        ctypes.CDLL(None).prctl(15, b"leftbehind", 0, 0, 0)  # PR_SET_NAME
        print(os.getpid(), flush=True)
        import time; time.sleep(300)
import time; time.sleep(0.5)
"""
    results = grade_toy(double=body)
    pids = [int(line) for line in results["double"].printed.split()]
    assert len(pids) == 5 * 2  # there are two probes
    assert _named("leftbehind") == []  # numbers are of a view of their own behind bubblewrap
    assert results["total"].passed


def _named(word):
    """The processes of this machine that say a word as their name or on their command line."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            said = (process / "comm").read_text() + (process / "cmdline").read_text()
            found += [process.name] * (word in said)
    return found


SIGNALS = {
    "kill": ("os.kill(os.getppid(), signal.SIGKILL); time.sleep(60)", "ended"),
    "stop": ("os.kill(os.getppid(), signal.SIGSTOP); return x", "Nothing was doubled"),
}


@pytest.mark.parametrize("name", SIGNALS)
def test_a_supervisor_without_walls_is_replaced_or_goes_on(name, toy_course):
    body, words = SIGNALS[name]
    text = f"import os, signal, time\ndef double(x): {body}\ndef total(x): return x.sum()\n"
    with Sandbox(walled=False) as sandbox, Reference(toy_course, 7) as reference:
        grader = Grader(reference, sandbox, {"ex01": text})
        double, total = grader.grade_set("ex01", "double", "total").results
    assert not double.passed
    assert words in double.says
    assert total.passed


@linux
def test_closing_a_sandbox_ends_its_supervisor():
    sandbox = Sandbox()
    pid = sandbox.process.pid
    home = sandbox.home.name
    sandbox.close()
    assert not os.path.exists(f"/proc/{pid}")
    assert not os.path.exists(home)


@linux
def test_a_parent_that_dies_takes_the_workers_along(tmp_path):
    import subprocess

    code = """
import os, sys
from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.sandbox import Sandbox
sandbox = Sandbox(walled=False)  # so that the number of the child is one of this system
probe = {"source": "def _(ex, rng):\\n    while True: pass", "function": "_", "seed": [1]}
process = sandbox.start(Job("m", "m.py", "", probes=[probe]), Limits(seconds=300))
print(sandbox.process.pid, process.pid, flush=True)
os.kill(os.getpid(), 9)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    pids = [int(word) for word in done.stdout.split()]
    assert len(pids) == 2
    until = time.monotonic() + 20
    while any(os.path.exists(f"/proc/{pid}") for pid in pids) and time.monotonic() < until:
        time.sleep(0.01)
    assert [pid for pid in pids if os.path.exists(f"/proc/{pid}")] == []


# Files that cannot be loaded cost the file

HEADS = {
    "x = (1,\ny = 2\ndef": "SyntaxError",
    "def f():\nreturn 1": "IndentationError",
    "import sys; sys.exit(0)": "importing the file failed: called sys.exit(0)",
    "import os; os._exit(0)": "importing the file ended its process",
    "while True: pass": "importing the file failed: was stopped: it had not ended after 1.5 s",
    "import numpyy": "importing the file failed: ModuleNotFoundError: there is no module numpyy",
    "raise KeyboardInterrupt": "importing the file failed: KeyboardInterrupt",
}


@pytest.mark.parametrize("head", HEADS)
def test_costs_the_file_and_is_told_once(head, grade_toy):
    results = grade_toy(head, limits=Limits(loading=1.5))
    assert results["trouble"][0].replace("exercises/ex01_toy.py", "").find(HEADS[head]) >= 0
    assert {results[n].status for n in ("double", "total", "total_of_double")} == {"not loaded"}


def test_a_syntax_error_is_shown_with_line_and_caret(grade_toy):
    head, line, caret = grade_toy("def f(x):\n    return x +* 2")["trouble"]
    assert head == "exercises/ex01_toy.py:2: SyntaxError: invalid syntax"
    assert line == "    return x +* 2"
    assert line[caret.index("^")] == "*"


SIGNS = {
    "a line alone": {"line": 5},
    "a column alone": {"column": 5},
    "a column far away": {"file": "f", "line": 1, "text": "x", "column": 10**12},
    "nothing": {},
}


@pytest.mark.parametrize("name", SIGNS)
def test_a_forged_syntax_error_is_told_in_few_words(name, grade_toy):
    head = f"""
import gc, os
for child in gc.get_objects():
    if type(child).__name__ == "Child":
        child.send("not loaded", {SIGNS[name]!r})
        os._exit(0)
"""
    trouble = grade_toy(head)["trouble"]
    assert trouble
    assert sum(map(len, trouble)) < 200


# Folders

STUB_FREE = "import numpy as np\ndef double(x): return 2 * x\ndef total(x): return np.sum(x)\n"


def test_modules_beside_the_file_shadow_nothing(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text(STUB_FREE)
    trap = f"open({str(toy_course.root / 'sprung')!r}, 'w')\nraise SystemExit('a trap')\n"
    for name in ("numpy", "conftest", "json", "sitecustomize", "wire", "worker"):
        (toy_course.exercises / f"{name}.py").write_text(trap)
    monkeypatch.chdir(toy_course.exercises)
    report = check("ex01.double", "ex01.total")
    assert report.score == 8
    assert not (toy_course.root / "sprung").exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "is not there; `minidl reset ex01` writes it"),
        (b"\xff\xfe\x00", "is not UTF-8 text"),
        (b"#" * (2 << 20), "larger than 1 MB"),
        (b"\x01" * (1 << 20), "is too large to be checked"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(content, words, toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    if content is not None:
        (toy_course.exercises / "ex01_toy.py").write_bytes(content)
    report = check("ex01")
    assert report.score == 0
    assert words in report.sets[0].trouble[0]


def test_a_pipe_in_place_of_the_file_is_not_waited_for(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    os.mkfifo(toy_course.exercises / "ex01_toy.py")
    assert "is not a file" in check("ex01").sets[0].trouble[0]


def test_a_byte_order_mark_is_no_syntax_error(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text(STUB_FREE, encoding="utf-8-sig")
    assert check("ex01.double").passed


def test_an_empty_text_is_not_replaced_by_the_file(toy_course, learner):
    (toy_course.exercises / "ex01_toy.py").write_text(STUB_FREE)
    with Reference(toy_course, seed=7) as reference:
        report = Grader(reference, learner, {"ex01": ""}).grade_set("ex01")
    assert report.points == 0


def test_an_empty_file_has_no_functions(toy_course, monkeypatch):
    monkeypatch.setenv("MINIDL_COURSE", str(toy_course.root))
    (toy_course.exercises / "ex01_toy.py").write_text("")
    assert "the file has no function double" in check("ex01")["ex01.double"].says


def test_limits_can_be_set(grade_toy):
    told = grade_toy(limits=Limits(memory=10**8), double="return np.ones(10**8)")["double"]
    assert "more memory than the 0.1 GB" in told.says
