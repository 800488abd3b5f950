"""Walls around the processes that run foreign code: which there are here, and what each closes.

Each is used where it is there, all where all are: Landlock and a filter of system calls (of the
kernel, in each child), and bubblewrap (a program, around the supervisor of the children). None
needs root.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from minidl.course.sandbox.walls import bubblewrap, landlock, seccomp
from minidl.errors import RequestError

PROCESSES = "your other processes"
INSTALL = (
    "install bubblewrap (`apt install bubblewrap`, `dnf install bubblewrap`) or use Linux 6.12 or "
    "newer with Landlock"
)


@dataclass(frozen=True)
class Walls:
    """What there is: the version of Landlock (0: none), and the path of bubblewrap ("": none)."""

    landlock: int
    bubblewrap: str
    seccomp: bool = False  # whether system calls are filtered

    @property
    def enough(self) -> bool:
        """Whether other people's code may run: no file, process or connection is in its reach."""
        return not self.open

    @property
    def open(self) -> tuple[str, ...]:
        """What no wall closes here, in words; empty where all is closed."""
        gaps = {
            "your files": self.bubblewrap or self.landlock,
            PROCESSES: self.bubblewrap or self.landlock >= landlock.SCOPES_SINCE,
            "the network": self.bubblewrap or self.seccomp,
            "shared memory": self.bubblewrap or self.seccomp,
        }
        return tuple(what for what, closed in gaps.items() if not closed)

    def __str__(self) -> str:
        """One line: the walls, and what is left open."""
        names = ["bubblewrap"] if self.bubblewrap else []
        names += [f"Landlock {self.landlock}"] if self.landlock else []
        names += ["seccomp"] if self.seccomp else []
        closed = ", ".join(names) if names else "no walls"
        return f"{closed}; open: {', '.join(self.open)}" if self.open else closed


NONE = Walls(0, "")


@cache
def available() -> Walls:
    """The walls of this machine; tried once, in some 10 ms."""
    return Walls(landlock.version(), bubblewrap.found(), seccomp.available())


def require() -> Walls:
    """The walls of this machine; RequestError, in one line, where they are not enough."""
    walls = available()
    if not walls.enough:
        raise RequestError(f"other people's code is not run without walls: {INSTALL}")
    return walls
