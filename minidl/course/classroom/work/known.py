"""Results of sets by the files they came from: the same files are graded once.

A result follows from the course, the seed, and the files that the set's process is given: its own,
those of sets that it builds on, and the student's helpers. So a copy, and above all a file that is
still as it was handed out, has the result of the first. What was stopped is graded each time: that
may have been the machine's doing.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from minidl.course.classroom.intake.submission import Submission
from minidl.course.grading.reference import foreign_keys
from minidl.course.sets.manifest import ExerciseSet

MOST = 256  # results that are kept: some megabytes
UNSURE = ("stopped", "not loaded")  # may be another the next time


class Known:
    """The results of the latest sets, and those that were added since `added` was emptied."""

    def __init__(self) -> None:
        self.results: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.added: dict[str, dict[str, Any]] = {}

    def get(self, name: str) -> dict[str, Any] | None:
        """The result of these files (see `key_of`), if they were graded."""
        return self.results.get(name)

    def keep(self, name: str, result: dict[str, Any]) -> None:
        """Keeps a result, unless the next time may give another."""
        if not any(function["status"] in UNSURE for function in result["functions"]):
            self.added[name] = result

    def learn(self, added: dict[str, dict[str, Any]]) -> None:
        """Takes over what a process that graded a submission has added."""
        for name, result in added.items():
            self.results[name] = result
            self.results.move_to_end(name)
        while len(self.results) > MOST:
            self.results.popitem(last=False)


def key_of(key: str, found: Submission, checks: Callable[[str], ExerciseSet]) -> str:
    """What is the same for sets of the same files."""
    needed = [key]
    for one in needed:  # grows
        needed += [other for other in foreign_keys(checks(one)) if other not in needed]
    texts = [(one, found.texts.get(one), found.sources.get(one) is None) for one in needed]
    faults = {one: hashlib.sha256(d).hexdigest() for one, d in sorted(found.faults.items())}
    facts = json.dumps([key, texts, faults, sorted(found.helpers.items())])
    return hashlib.sha256(facts.encode("utf-8", "surrogatepass")).hexdigest()
