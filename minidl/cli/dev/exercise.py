"""The skeleton of a graded function: its reference, its checks, hints and named mistakes."""

from __future__ import annotations

import re
from pathlib import Path

from minidl.cli.dev.places import append, clone, refuse, skeleton
from minidl.errors import RequestError
from minidl.files import write

NAME = re.compile(r"(?P<set>ex\d\d(_[a-z0-9_]+)?)\.(?P<function>[a-z][a-z0-9_]*)$")


def write_exercise(name: str) -> list[str]:
    """Writes it into the set's two files, or begins a set; where. Raises RequestError."""
    root, found = clone(), NAME.match(name)
    if not found:
        raise RequestError(
            f"given {name!r}, expected a set and a function: ex06.soft_margin, or, for a new set, "
            "ex12_video.optical_flow"
        )
    stem, function = _stem(root, found["set"]), found["function"]
    files = {kind: root / folder / f"{stem}.py" for kind, folder in FOLDERS.items()}
    begun = files["solution"].exists()
    if begun:
        there = files["solution"].read_text(encoding="utf-8")
        refuse(f"\ndef {function}(" in there, f"{stem}.{function}")
    words = {"stem": stem, "key": stem.partition("_")[0], "name": function}
    for kind, file in files.items():
        if not begun:
            write(file, skeleton(f"{kind}_head.py", **words).rstrip("\n") + "\n")
        append(file, skeleton(f"{kind}.py", **words))
    return [
        f"solutions/{stem}.py: the stub's docstring, and the reference between its two marks",
        f"tests/exercises/{stem}.py: points, hints, probes, named mistakes, other right solutions",
        *_place(root, function),
    ]


FOLDERS = {"solution": "solutions", "checks": "tests/exercises"}


def _stem(root: Path, asked: str) -> str:
    """The name of a set's files: of the set that is there, or as given for a new one."""
    key = asked.partition("_")[0]
    there = [p.stem for p in (root / "solutions").glob(f"{key}_*.py")]
    if there and asked not in (key, there[0]):
        raise RequestError(f"{key} is {there[0]}; a new set needs another number")
    if not there and asked == key:
        raise RequestError(f"there is no set {key}; to begin one, give it a name: {key}_video")
    return there[0] if there else asked


def _place(root: Path, function: str) -> list[str]:
    """What to do where the library has a function of the same name."""
    ours = (root / "minidl").rglob("*.py")
    if not any(f"\ndef {function}(" in p.read_text(encoding="utf-8") for p in ours):
        return []
    return [
        f"to do: the library has a {function}, too: give the exercise its arguments, declare the "
        "place it takes in minidl/course/mine/ and a trial of it in tests/course/mine_trials.py"
    ]
