"""How long a lesson computes: what it says, what its last run took, and what it may take.

A lesson says it in its first cell ("Computing: about two minutes on two cores."). The run that
makes its notebooks measures it and leaves the seconds in the metadata of the one to read.
"""

from __future__ import annotations

import re

import nbformat

BUDGET, TOUR = 180, 30  # seconds on two quiet cores
FACTOR = 2  # what is said and what was measured differ by no more: machines do
MINUTES = {"half a": 0.5, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0}
SAID = re.compile(
    r"Computing: (?:about |under )?(?:(half a|a|one|two|three) to )?(half a|a|one|two|three)"
    r" minutes?( and a half)?\b"
)


def budget(stem: str) -> int:
    """The seconds that a lesson may compute on two quiet cores."""
    return TOUR if stem == "00_tour" else BUDGET


def said(text: str) -> float:
    """The seconds that the first cell of a lesson says it computes; 0 where it does not say so."""
    found = SAID.search(" ".join(re.sub(r"(?m)^# ?", "", text).split()))
    if not found:
        return 0.0
    least, most, half = found.groups()
    longest = MINUTES[most] + (0.5 if half else 0)
    return 60 * (longest if least is None else (MINUTES[least] + longest) / 2)


def record(notebook: nbformat.NotebookNode, seconds: float) -> None:
    """Leaves in a notebook how long its cells took."""
    notebook.metadata["minidl"] = {"seconds": round(seconds)}


def recorded(notebook: nbformat.NotebookNode) -> int | None:
    """The seconds that a notebook says its cells took, or None."""
    return notebook.metadata.get("minidl", {}).get("seconds")


def forget(notebook: nbformat.NotebookNode) -> None:
    """Takes that out: the notebook that learners open stays the same from run to run."""
    notebook.metadata.pop("minidl", None)


def too_long(stem: str, seconds: float) -> list[str]:
    """A line where a run is over its lesson's budget."""
    if seconds <= budget(stem):
        return []
    return [
        f"{stem}: computed for {seconds:.0f} s, at most {budget(stem)} s: time it again while "
        f"nothing else runs (tools/lessons.py --time {stem}), or let it compute less"
    ]


def untrue(stem: str, text: str, seconds: float | None) -> list[str]:
    """A line where what a lesson says of its time is not what was measured, within `FACTOR`."""
    if seconds is None:
        return [f"{stem}: no run of it was timed; run tools/lessons.py --time {stem}"]
    says = said(text)
    if says and says / FACTOR <= seconds <= says * FACTOR:
        return []
    told = f"{says:.0f} s" if says else "nothing"
    return [
        f'{stem}: says {told} where "Computing:" stands, and its run took {seconds:.0f} s; say '
        f'that ("about a minute", "two to three minutes"), or tools/lessons.py --time {stem}'
    ]
