"""How long a learner waits: a check of each set, and `minidl watch` from a save to what it says.

`python tools/measure_checker.py`: every set is checked in a process of its own, three times, with
the solutions as submission; then a course is laid out in a temporary folder, and one function
after the other of a set is written and saved there. Medians, in seconds. A minute and a half; on a
quiet machine at most 1.5 s a set, 12 s for all of them, and 1 s from a save to the verdict.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from minidl.course.sets.stubs import graded, source_of, with_function

ROOT = Path(__file__).parent.parent
MINIDL = [sys.executable, "-m", "minidl"]
TIMES = 3
WATCHED = "ex02"
PAUSE = 3  # seconds before a function is written: as one thinks, the checker prepares


def main() -> None:
    os.environ["PYTHONPATH"] = str(ROOT)
    keys = sorted(path.name.partition("_")[0] for path in (ROOT / "solutions").glob("ex*.py"))
    for asked in ([key] for key in keys):
        print(f"check {asked[0]}: {_checked(asked):.2f} s", flush=True)
    print(f"check, all sets: {_checked([]):.2f} s", flush=True)
    waits = _watched()
    longest = max(waits, key=lambda name: waits[name])
    print(
        f"watch, from a save to the verdict: {statistics.median(waits.values()):.2f} s, "
        f"{waits[longest]:.2f} s at most ({longest})"
    )


def _checked(names: list[str]) -> float:
    command = [*MINIDL, "check", *names, "--submission", "solutions"]
    return statistics.median(_seconds(command) for _ in range(TIMES))


def _seconds(command: list[str]) -> float:
    begun = time.perf_counter()
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def _watched() -> dict[str, float]:
    """Seconds for each function of a set, written as it is in the solutions, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        course = Path(folder) / "course"
        for part in ("exercises", "lessons", "solutions", "tests"):
            ignored = shutil.ignore_patterns("__pycache__", "figures", "*.ipynb")
            shutil.copytree(ROOT / part, course / part, ignore=ignored)
        (file,) = (course / "exercises").glob(f"{WATCHED}_*.py")
        command = [*MINIDL, "watch", WATCHED]
        watching = subprocess.Popen(command, cwd=course, stdout=subprocess.PIPE, text=True)
        try:
            return dict(_waits(watching, file, course / "solutions" / file.name))
        finally:
            watching.kill()


def _waits(
    watching: subprocess.Popen[str], file: Path, reference: Path
) -> Iterator[tuple[str, float]]:
    solution = reference.read_text(encoding="utf-8")
    for name in graded(solution):
        _read_until(watching, f"· {name} ")
        time.sleep(PAUSE)
        text = file.read_text(encoding="utf-8")
        begun = time.perf_counter()
        file.write_text(with_function(text, name, source_of(solution, name)), encoding="utf-8")
        _read_until(watching, f"✓ {name} ")
        yield name, time.perf_counter() - begun


def _read_until(watching: subprocess.Popen[str], words: str) -> None:
    assert watching.stdout
    if not any(words in line for line in watching.stdout):
        raise SystemExit(f"minidl watch ended before it said {words!r}")


if __name__ == "__main__":
    main()
