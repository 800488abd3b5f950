"""One of several results looked at by itself, with the right ones in the place of the others.

Where two mistakes spoil two results of a function, neither is what a named mistake gives in all of
its results; of one result alone it may be.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from minidl.course.grading.relations.sample import agree
from minidl.course.sandbox.jobs import Run

NUMBERED = re.compile(r" \d+$")


def kind(name: str) -> str:
    """What numbered results of one kind are called: "cost" of "cost 3"."""
    return NUMBERED.sub("", name)


def wrong_kinds(run: Run, expected: Run, probe: int) -> list[str]:
    """The kinds of results that are not right in a case; none where it came to other results."""
    got, right = run.results.get(probe, ("none", {})), expected.results[probe][1]
    if got[0] != "arrays" or list(got[1]) != list(right):
        return []
    off = [kind(name) for name in right if not agree(got[1][name], right[name])]
    return list(dict.fromkeys(off))


def alone(run: Run, expected: Run, chosen: str) -> Run:
    """The run with only one kind of its results, and the right ones for all others."""
    results = dict(run.results)
    for number, (what, got) in run.results.items():
        right = expected.results[number][1]
        if what == "arrays" and list(got) == list(right):
            mixed = {name: got[name] if kind(name) == chosen else right[name] for name in right}
            results[number] = (what, mixed)
    return replace(run, results=results)


def others(kinds: Sequence[str], chosen: str) -> str:
    """What is said of the kinds that a sentence about one leaves open."""
    left = ", ".join(name for name in kinds if name != chosen)
    return f"that is said of {chosen}; also not right: {left}"
