"""A learner's file and a newer stub: what they wrote is carried over, function by function."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field

from minidl.course.layout import pieces
from minidl.course.sets.stubs import is_untouched


@dataclass
class Carried:
    """The learner's file as it will be.

    new: what was not written yet and is as the newer stub has it. gone: what is asked no longer.
    conflicts: what was written, but is asked for otherwise now: the lines that differ in the stub.
    """

    text: str
    new: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    conflicts: dict[str, list[str]] = field(default_factory=dict)


def carry(mine: str, base: str, new: str) -> Carried:
    """mine: the learner's file. base: the stub that it began as. new: the stub of now.

    Whatever differs from `base` in `mine` is the learner's, and stays as it is. SyntaxError where
    `mine` does not parse.
    """
    if is_untouched(mine) or mine == base:
        return Carried(new)
    theirs, before, now = pieces.named(mine), pieces.named(base), pieces.named(new)
    carried = Carried(pieces.without_mark(mine))
    _imports(carried, mine, base, new)
    for name, source in now.items():
        _piece(carried, name, source, theirs.get(name), before.get(name), list(now))
    for name in before.keys() - now.keys():
        if theirs.get(name) == before[name]:
            carried.text = pieces.removed(carried.text, name)
            carried.gone.append(name)
    if not (carried.new or carried.gone):
        carried.text = mine
    return carried


def _piece(
    carried: Carried, name: str, source: str, mine: str | None, base: str | None, order: list[str]
) -> None:
    if source in (mine, base):  # as asked for before, or already as the new stub has it
        return
    if mine is None and base is None:
        before = order[: order.index(name)]
        carried.text = pieces.inserted(carried.text, source, before)
        carried.new.append(name)
    elif mine is not None and mine == base:
        carried.text = pieces.replaced(carried.text, name, source)
        carried.new.append(name)
    elif mine is not None:
        carried.conflicts[name] = _difference(base or "", source)


def _imports(carried: Carried, mine: str, base: str, new: str) -> None:
    had = {*pieces.imports(mine), *pieces.imports(base)}
    if more := [line for line in pieces.imports(new) if line not in had]:
        carried.text = pieces.importing(carried.text, more)
        carried.new += more


def _difference(old: str, new: str) -> list[str]:
    lines = difflib.unified_diff(old.split("\n"), new.split("\n"), lineterm="", n=0)
    return [line for line in lines if not line.startswith(("---", "+++", "@@"))]
