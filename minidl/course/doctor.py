"""`minidl doctor`: looks at what the course needs, and compiles the kernels while at it."""

from __future__ import annotations

import importlib.metadata
import platform
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

from minidl import __version__
from minidl.course.sandbox import walls
from minidl.course.sandbox.jobs import Job
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets.folder import find
from minidl.errors import CourseError, RequestError
from minidl.progress import progress

PACKAGES = ("numpy", "scipy", "numba", "matplotlib", "jupyterlab")


class Finding(NamedTuple):
    """One line of the doctor's: is it well, what was looked at, and what was found."""

    well: bool
    what: str
    found: str


def findings() -> Iterator[Finding]:
    """Everything but the kernels, which take their time."""
    yield Finding(True, "minidl", __version__)
    version = platform.python_version()
    yield Finding(sys.version_info >= (3, 10), "Python", f"{version}, 3.10 or newer is needed")
    for name in PACKAGES:
        yield _package(name)
    yield Finding(True, "Processor", _processor())
    yield _course()
    yield _checking()
    yield _walls()


def _package(name: str) -> Finding:
    try:
        return Finding(True, name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(False, name, "not installed: run `make lab` again")


def _processor() -> str:
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo") as file:
            named = [line for line in file if line.startswith("model name")]
            model = named[0].partition(":")[2].strip() if named else model
    except OSError:
        pass
    return f"{model}, {threads()} threads for the kernels"


def threads() -> int:
    """The number of threads that kernels use."""
    from minidl.kernels.machine.threads import get_num_threads

    return get_num_threads()


def _course() -> Finding:
    try:
        course = find()
    except CourseError as error:
        return Finding(False, "Course folder", str(error))
    lessons = len(list((course.root / "lessons").glob("[0-9]*.ipynb")))
    return Finding(
        bool(course.stems),
        "Course folder",
        f"{course.root}: {_count(lessons, 'lesson')}, {_count(len(course.stems), 'exercise set')}",
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


TRIAL = """\
def trial(ex, rng):
    return {"version": np.__version__, "folder": np.__path__[0], "sum": ex.total(np.ones(3))}
"""


def _checking() -> Finding:
    """Checks a function as `check` does, and says which NumPy it met."""
    what = "Checking exercises"
    text = "import numpy as np\ntotal = np.sum\n"
    trial = {"source": TRIAL, "function": "trial", "seed": [0]}
    try:
        with Sandbox() as sandbox:
            run = sandbox.run(Job("trial", "trial.py", text, ("total",), [trial]))
    except RequestError as error:
        return Finding(False, what, str(error))
    kind, told = run.results.get(0, ("none", run.not_loaded or {}))
    if kind != "arrays" or told["sum"] != 3:
        why = told.get("message") or run.why or run.stopped or "wrong result"
        return Finding(False, what, f"a trial of it failed: {why}")
    numpy = f"NumPy {told['version']} in {told['folder']}"
    return Finding(True, what, f"in a process with limits on time and memory, with {numpy}")


def _walls() -> Finding:
    """What keeps exercises away from files, processes and the network."""
    found = walls.available()
    curable = sys.platform == "linux" and not found.enough
    cure = f" (to close it: {walls.INSTALL})" if curable else ""
    return Finding(True, "Walls", f"around exercises: {found}{cure}")


def warm_up(quiet: bool = False) -> Finding:
    """Loads every kernel, compiles those that are not kept (well), and says what it found."""
    from minidl.kernels.choice import compiled
    from minidl.kernels.warm import warm

    if not compiled():
        return Finding(True, "Kernels", "plain NumPy, as the environment asks: none is compiled")
    from minidl.kernels.machine.jit import happened

    started = time.monotonic()
    with progress(total=1, label="loading the kernels", quiet=quiet) as bar:

        def report(name: str, done: int, total: int) -> None:
            bar.total = total
            bar.set_postfix_str(name, refresh=False)
            bar.update(done - bar.n)
            bar.refresh()

        warm(report)
    spent = f"compiled in {time.monotonic() - started:.0f} s"
    if happened.not_kept:
        cure = "set NUMBA_CACHE_DIR to a folder that can be written to"
        return Finding(False, "Kernels", f"cannot be kept in {happened.not_kept}: {cure}")
    if happened.damaged:
        where = happened.damaged[0].parent
        files = _count(len(happened.damaged), "damaged file")
        return Finding(True, "Kernels", f"{spent}, in place of {files} in {where}")
    return Finding(True, "Kernels", spent if happened.compiled else "compiled already")
