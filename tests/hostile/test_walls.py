"""Each wall by itself, and what is done where there is none."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from minidl.course.doctor import findings
from minidl.course.sandbox import sandbox as sandbox_module
from minidl.course.sandbox import walls
from minidl.course.sandbox.jobs import Job, Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sandbox.sums import clear, descendants
from minidl.course.sandbox.walls import orphans, surface
from minidl.errors import RequestError

HERE = walls.available()
KERNEL = walls.Walls(HERE.landlock, "", HERE.seccomp)
PROGRAM = walls.Walls(0, HERE.bubblewrap)
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc and prctl")
kernel = pytest.mark.skipif(not KERNEL.enough, reason=f"the kernel has not enough: {KERNEL}")
program = pytest.mark.skipif(not HERE.bubblewrap, reason="there is no bubblewrap that works")

ATTEMPTS = {  # an expression, and the walls that make it fail
    "a file of the user": ("open({file!r}).read()", "both"),
    "a folder of the user": ("__import__('os').listdir({folder!r})", "both"),
    "a file written": ("open({folder!r} + '/new', 'w')", "both"),
    "a signal": ("__import__('os').kill({pid}, 0)", "both"),
    "another process": ("open('/proc/{pid}/cmdline').read()", "both"),
    "UDP": ("__import__('socket').socket(2, 2)", "kernel"),
    "a local socket": ("__import__('socket').socket(1, 1)", "kernel"),
}


def run(text, monkeypatch, around, limits=None):
    """What came of the file's f() inside of these walls."""
    monkeypatch.setattr(sandbox_module, "available", lambda: around)
    probe = {"source": "def probe(ex, rng): return {'y': ex.f()}", "function": "probe", "seed": [1]}
    with Sandbox(limits) as sandbox:
        return sandbox.run(Job("m", "m.py", text, ("f",), [probe]))


@pytest.mark.parametrize("name", ATTEMPTS)
@pytest.mark.parametrize(
    ("kind", "around"),
    [pytest.param("kernel", KERNEL, marks=kernel), pytest.param("program", PROGRAM, marks=program)],
)
def test_each_wall_holds_by_itself(name, kind, around, tmp_path, monkeypatch):
    expression, closed_by = ATTEMPTS[name]
    if closed_by not in ("both", kind):
        pytest.skip("bubblewrap gives a network of its own, which has nobody in it")
    secret = tmp_path / "secret"
    secret.write_text("secret")
    asked = expression.format(file=str(secret), folder=str(tmp_path), pid=os.getpid())
    done = run(f"def f():\n    {asked}\n    return 1\n", monkeypatch, around)
    kind, told = done.results[0]
    assert kind == "error"
    assert told["type"] in ("PermissionError", "FileNotFoundError", "ProcessLookupError", "OSError")


@pytest.mark.parametrize(
    "around",
    [
        pytest.param(KERNEL, marks=kernel),
        pytest.param(PROGRAM, marks=program),
        pytest.param(walls.NONE, marks=linux),
    ],
    ids=["kernel", "program", "none"],
)
def test_sums_are_held_and_nothing_is_left(around, monkeypatch):
    before = set(descendants())
    text = """
import os, time
def f():
    for _ in range(40):
        if os.fork() == 0:
            os.setsid()
            time.sleep(60)
    time.sleep(60)
"""
    done = run(text, monkeypatch, around)
    assert (done.stopped, done.why) == ("sum", "processes")
    assert set(descendants()) == before


@linux
def test_without_walls_orphans_of_a_killed_supervisor_are_ended(monkeypatch):
    before = set(descendants())
    text = """
import ctypes, os, time
def f():
    ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
    if os.fork() == 0:
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(60)
    os.wait()
    os.kill(os.getppid(), 9)
    time.sleep(60)
"""
    done = run(text, monkeypatch, walls.NONE)
    assert done.stopped == "ended"
    assert set(descendants()) == before


@linux
def test_children_of_the_user_are_no_orphans(monkeypatch):
    orphans.take_in()
    try:
        with subprocess.Popen(["sleep", "60"]) as own:
            orphans.end(Limits().file)
            time.sleep(0.05)
            assert own.poll() is None
            own.send_signal(signal.SIGKILL)
    finally:
        orphans.give_up()


@pytest.mark.parametrize(
    "around",
    [pytest.param(KERNEL, marks=kernel), pytest.param(PROGRAM, marks=program), HERE],
    ids=["kernel", "program", "all"],
)
def test_an_installed_library_is_hidden_and_its_worker_is_not(around, tmp_path, monkeypatch):
    """As pip puts it: minidl lies among the packages, where a worker has to look for NumPy."""
    packages = tmp_path / "site-packages"
    shutil.copytree(Path(walls.__file__).parents[1], packages / "minidl/course/sandbox")
    (packages / "minidl" / "answers.py").write_text("SECRET = 1")
    (packages / "thing-1.0.dist-info").mkdir()
    (packages / "thing.py").write_text("")
    monkeypatch.syspath_prepend(str(packages))
    worker = packages / "minidl/course/sandbox/worker.py"
    monkeypatch.setattr(sandbox_module, "WORKER", worker)
    text = f"""
import os, thing
def f():
    try:
        return len(open({str(packages / "minidl/answers.py")!r}).read())
    except OSError:
        return 0
"""
    done = run(text, monkeypatch, around)
    kind, told = done.results.get(0, ("none", done.not_loaded))
    assert kind == "arrays", told
    if around.enough:
        assert told["y"] == 0


def test_what_is_missing_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr(walls, "available", lambda: walls.NONE)
    with pytest.raises(RequestError, match="not run without walls: install bubblewrap"):
        Sandbox(require_walls=True)
    assert str(walls.NONE) == (
        "no walls; open: your files, your other processes, the network, shared memory"
    )


def test_the_doctor_names_the_walls():
    told = {finding.what: finding.found for finding in findings()}
    assert str(HERE) in told["Walls"]


def test_links_on_the_way_to_a_file_lead_where_they_led(tmp_path):
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "file").write_text("")
    (tmp_path / "link").symlink_to("real")
    views = list(surface.views([str(tmp_path / "link" / "file")]))
    root = os.path.realpath(tmp_path)
    assert surface.Binding(f"{root}/real/file") in views
    assert surface.Link(f"{root}/link", "real") in views


def test_a_folder_is_emptied_however_deep_it_goes(tmp_path, monkeypatch):
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "kept").write_text("")
    monkeypatch.chdir(home)
    for _ in range(2500):  # a path longer than the system takes
        os.mkdir("d")
        os.chdir("d")
    os.symlink(tmp_path / "kept", "link")
    os.chmod(home / "d", 0)
    os.mkfifo(home / "0")
    monkeypatch.chdir(tmp_path)
    clear(str(home))
    assert os.listdir(home) == []
    assert set(os.listdir(tmp_path)) == {"kept", "home"}
