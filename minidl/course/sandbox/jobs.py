"""What a child is told, what it may use, and what came back of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from minidl.course.sandbox.calls import Call

WALL, LEAST_WALL = 4.0, 10.0  # times the processor time, and seconds


@dataclass(frozen=True)
class Limits:
    """What one function may use. Memory is on top of an interpreter with NumPy loaded.

    seconds: of processor time, for the probes. The time on the clock is limited generously, as it
    depends on what else the machine does; see `wall`.
    loading: the same for loading the file, if that is more: a large library that is imported for
    the first time takes seconds, however little the function needs.
    """

    seconds: float = 5.0
    loading: float = 5.0
    memory: int = 2 * 10**9  # bytes
    output: int = 10**6  # bytes printed
    file: int = 16 * 10**6  # bytes of one file written
    least_wall: float = LEAST_WALL  # seconds on the clock, however little of the processor's
    busy: float = 1.0  # times `wall` that code may take which computes, on a machine that is busy

    @property
    def wall(self) -> float:
        """Seconds on the clock, for code that waits instead of computing."""
        return max(self.least_wall, WALL * self.seconds)

    @property
    def while_loading(self) -> Limits:
        """These limits while the file is loaded."""
        return replace(self, seconds=max(self.seconds, self.loading))


@dataclass
class Job:
    """What a child is told: see `Child.serve` in child.py."""

    name: str  # the module's name
    path: str  # shown in messages
    text: str
    names: tuple[str, ...] = ()  # whose lines are asked for; the first is the one under test
    probes: list[dict[str, Any]] = field(default_factory=list)  # see grading/turns.py
    siblings: dict[str, dict[str, str]] = field(default_factory=dict)  # other sets, loaded first
    helpers: dict[str, dict[str, str]] = field(default_factory=dict)  # loaded when imported
    calls: list[tuple[str, str]] = field(default_factory=list)
    variants: list[str] = field(default_factory=list)  # functions that probes put in its place
    budget: float = 0.0  # seconds of the processor after which no other is begun; 0: no end
    hanging: int = 0  # variants that may use up their time, after which no other is begun; 0: all


def called(calls: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The names that calls (Job.calls) go by: "unbroadcast", "ex01_autograd.unbroadcast"."""
    return tuple(f"{home}.{name}".lstrip(".") for home, name in calls)


@dataclass
class Run:
    """What came back: lines of the functions, a result for each probe, and how it ended.

    results[i] is ("arrays", {name: array}) or ("error", {type, message, file, line, text}), and
    calls[i] what was noted of the calls of the function under test.
    stopped: None (it came to its end), "seconds" (of processor time), "wall" (on the clock),
    "output", "sum" (of all its processes: `why` says of what), "reply", or "ended" (`status`).
    """

    lines: dict[str, int | None] = field(default_factory=dict)
    not_loaded: dict[str, Any] | None = None
    loaded: bool = False
    results: dict[int, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    calls: dict[int, tuple[Call, ...]] = field(default_factory=dict)
    stopped: str | None = None
    why: str = ""
    status: int | None = None
    printed: str = ""
