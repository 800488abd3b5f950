"""The walls of one supervisor: what stands before its command, and what it is told of them."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from minidl.course.sandbox import surroundings
from minidl.course.sandbox.walls import Walls, bubblewrap, surface

DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


class Built(NamedTuple):
    """before: the command that a supervisor's is given to. told: JSON for worker.py."""

    before: list[str]
    told: str


def build(walls: Walls, worker: Path, home: str, foreign: bool) -> Built:
    """The walls around a supervisor whose children may write to `home` and nowhere else.

    worker: its file, beside which its modules are. foreign: whether it runs others' code.
    """
    packages, links = surroundings.folders(), surroundings.links(home)
    readable = surface.readable([*packages, *links.values(), str(worker.parent)])
    told: dict[str, Any] = {"home": home, "links": links, "foreign": foreign}
    told |= {"landlock": None, "seccomp": walls.seccomp}
    before: list[str] = []
    if walls.bubblewrap:
        hidden = surface.hidden(packages)
        place = os.path.realpath(worker.parent)
        before = bubblewrap.command(walls.bubblewrap, readable, hidden, place, home)
    if walls.landlock:
        told["landlock"] = _fence(readable, packages, home, bool(walls.bubblewrap))
    return Built(before, json.dumps(told))


def _fence(
    readable: list[str], packages: list[str], home: str, own_view: bool
) -> dict[str, list[str]]:
    """What Landlock leaves a child; of folders with the library in them, all else by name."""
    shared = [os.path.dirname(place) for place in surface.hidden(packages)]
    whole = [path for path in readable if path not in shared]
    named = [
        entry.path
        for folder in shared
        for entry in os.scandir(folder)
        if entry.name != surface.OURS
    ]
    own = ["/proc", "/sys/devices/system/cpu"] if own_view else ["/sys/devices/system/cpu"]
    return {"readable": [*whole, *named, *own], "listed": shared, "writable": [home, *DEVICES]}
