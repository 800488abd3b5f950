"""What is remembered of a learner, in .minidl/state.json: seed, hints seen, points earned."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from minidl.course.report import Report
from minidl.course.sets.folder import Course
from minidl.files import alone_in, write

VERSION = 1  # of the form of the file
COUNTS = ("points", "best", "hints")  # each a dict from the name of a function to a number
PREDICTIONS = "predictions"  # a dict from a name ("02.wall") to {"answer", "right"}


class Store:
    """The learner's state. Whoever changes it holds a lock, and begins from what the file says.

    A file that is not as it was written (cut, with the marks of a merge) counts as empty, and is
    set aside before a new one is written. One of a newer minidl is not written to. What cannot be
    kept is said in one line, once.
    """

    def __init__(self, course: Course):
        self.course = course
        self.path = course.state / "state.json"
        self.fault = ""  # what is wrong with the file
        self.told: set[str] = set()
        self.state: dict[str, Any] = self._read()

    @property
    def seed(self) -> int:
        """The learner's own seed: drawn once, then always the same."""
        if "seed" not in self.state:
            with self._changing():
                self.state.setdefault("seed", int.from_bytes(os.urandom(4), "big"))
        seed: int = self.state["seed"]
        return seed

    @property
    def points(self) -> Mapping[str, int]:
        """Points of each function when it was last checked."""
        points: Mapping[str, int] = self.state.get("points", {})
        return points

    @property
    def best(self) -> Mapping[str, int]:
        """The most points of each function in any check."""
        best, now = self.state.get("best", {}), self.points
        return {name: max(best.get(name, 0), now.get(name, 0)) for name in {**best, **now}}

    @property
    def hints(self) -> Mapping[str, int]:
        """Hints shown so far, of each function."""
        hints: Mapping[str, int] = self.state.get("hints", {})
        return hints

    @property
    def predictions(self) -> Mapping[str, Mapping[str, Any]]:
        """What was predicted in the lessons: the answer, and whether it came out right, if known.

        The answer is a string, a number or a list of strings; `right` is a share from 0 to 1.
        """
        found: Mapping[str, Mapping[str, Any]] = self.state.get(PREDICTIONS, {})
        return found

    def predict(self, name: str, answer: Any, right: float | None = None) -> None:
        """Keeps a prediction, or (with `right`) what became of it."""
        entry = {"answer": answer} if right is None else {"answer": answer, "right": right}
        with self._changing():
            self.state[PREDICTIONS] = {**self.predictions, name: entry}

    def remember(self, report: Report) -> None:
        """Keeps the points of a report: as the present ones, and as the best where they are."""
        with self._changing():
            before = self.best
            points = {result.name: result.points for result in report.results}
            self.state |= {"points": {**self.points, **points}, "best": before}
            self.state["best"] = self.best

    def next_hint(self, name: str, most: int = 3) -> int:
        """The number (from 1) of the hint to show now; the last one again when all were seen."""
        with self._changing():
            number = min(self.hints.get(name, 0) + 1, most)
            self.state["hints"] = {**self.hints, name: number}
        return number

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Inside, the state is what the file says now, and nobody else changes it."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):  # no folder to lock: the writing says why
                self.path.parent.mkdir(parents=True, exist_ok=True)
                stack.enter_context(alone_in(self.path.parent))
            self.state |= self._read()
            yield
            self._write()

    def _read(self) -> dict[str, Any]:
        try:
            found = json.loads(self.path.read_text(encoding="utf-8-sig"))
            kept = _sound(found)
            odd = kept != found and not _newer(kept)
            self.fault = "some of it is not what minidl writes" if odd else ""
        except (FileNotFoundError, NotADirectoryError):
            return {}
        except OSError as error:
            self.fault = str(error.strerror)
        except (ValueError, RecursionError) as error:
            self.fault = f"it is no JSON ({error})"
        else:
            return kept
        return {}

    def _write(self) -> None:
        if _newer(self.state):
            self._tell("it is of a newer minidl: nothing is kept until this one is updated")
            return
        text = json.dumps({**self.state, "version": VERSION}, indent=1, sort_keys=True) + "\n"
        try:
            if self.fault:
                self._set_aside()
            write(self.path, text)
        except OSError as error:
            in_the_way = isinstance(error, FileExistsError | NotADirectoryError)
            cure = "make room, let yourself write there, or copy the course to where you can"
            if in_the_way:
                cure = f"{self.course.shown(self.path.parent)} is a file, move it away"
            why = error.strerror or error
            self._tell(f"points, hints and the seed are not kept ({why}); {cure}")

    def _set_aside(self) -> None:
        now = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
        aside = self.path.with_name(f"state-{now}-{os.getpid()}.json")
        os.replace(self.path, aside)
        self._tell(f"{self.fault}; it was set aside as {aside.name}, and a new one begun")
        self.fault = ""

    def _tell(self, line: str) -> None:
        if line not in self.told:
            self.told.add(line)
            print(f"minidl: {self.course.shown(self.path)}: {line}", file=sys.stderr)


def _sound(found: Any) -> dict[str, Any]:
    """What a file says, without what no minidl wrote. ValueError if it is no state at all.

    Entries of other names stay: they are a newer minidl's.
    """
    if not isinstance(found, dict):
        raise ValueError(f"a {type(found).__name__} in place of a dict")
    kept = dict(found)
    for name in ("seed", "version"):
        if name in kept and not _count(kept[name]):
            del kept[name]
    for name in COUNTS:
        if name in kept:
            counts = kept[name] if isinstance(kept[name], dict) else {}
            kept[name] = {n: v for n, v in counts.items() if _count(v)}
    if PREDICTIONS in kept:
        made = kept[PREDICTIONS] if isinstance(kept[PREDICTIONS], dict) else {}
        kept[PREDICTIONS] = {n: v for n, v in made.items() if _prediction(v)}
    return kept


def _prediction(value: Any) -> bool:
    """Whether it is as `predict` writes them."""
    if not isinstance(value, dict) or "answer" not in value:
        return False
    right = value.get("right", 0.0)
    return isinstance(right, int | float) and 0 <= right <= 1


def _newer(state: dict[str, Any]) -> bool:
    newer: bool = state.get("version", VERSION) > VERSION
    return newer


def _count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
