"""What is remembered of a learner, in .minidl/state.json: seed, hints seen, points earned."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from minidl.course.report import Report
from minidl.course.sets.folder import Course
from minidl.files import write

KINDS = {"seed": int, "points": dict, "hints": dict}


class Store:
    """The learner's state. A file that cannot be read counts as empty; writing is atomic."""

    def __init__(self, course: Course):
        self.path = course.state / "state.json"
        self.state: dict[str, Any] = _read(self.path)

    @property
    def seed(self) -> int:
        """The learner's own seed: drawn once, then always the same."""
        if not isinstance(self.state.get("seed"), int):
            self.state["seed"] = int.from_bytes(os.urandom(4), "big")
            self.save()
        return self.state["seed"]

    @property
    def points(self) -> Mapping[str, int]:
        """Points of each function when it was last checked."""
        return self.state.get("points", {})

    @property
    def hints(self) -> Mapping[str, int]:
        """Hints shown so far, of each function."""
        return self.state.get("hints", {})

    def remember(self, report: Report) -> None:
        self.refresh()
        points = {result.name: result.points for result in report.results}
        self.state["points"] = {**self.points, **points}
        self.save()

    def next_hint(self, name: str, most: int = 3) -> int:
        """The number (from 1) of the hint to show now; the last one again when all were seen."""
        self.refresh()
        number = min(self.hints.get(name, 0) + 1, most)
        self.state["hints"] = {**self.hints, name: number}
        self.save()
        return number

    def refresh(self) -> None:
        """Takes up what another command or notebook wrote since this one began."""
        self.state |= _read(self.path)

    def save(self) -> None:
        """Writes the state; a folder that cannot be written to is no reason to stop."""
        with contextlib.suppress(OSError):
            write(self.path, json.dumps(self.state, indent=1, sort_keys=True) + "\n")


def _read(path: Path) -> dict[str, Any]:
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(state, dict):
        return {}
    kept = {name: value for name, value in state.items() if isinstance(value, KINDS.get(name, ()))}
    return {n: _counts(value) if isinstance(value, dict) else value for n, value in kept.items()}


def _counts(given: dict[str, Any]) -> dict[str, int]:
    return {n: v for n, v in given.items() if isinstance(v, int) and v >= 0}
