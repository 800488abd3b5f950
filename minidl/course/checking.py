"""`check`: one call from a name to a report, for notebooks, the command line and pytest."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from minidl.course import latest
from minidl.course.grading.grader import Grader
from minidl.course.grading.reference import Reference
from minidl.course.report import Report, SetReport
from minidl.course.sandbox import begun
from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox
from minidl.course.sets import sealed
from minidl.course.sets.folder import SOLUTIONS, find
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.course.store import Store
from minidl.errors import CourseError

_turn = threading.Lock()  # two threads that parse at once end Python 3.11's in a SystemError


class CheckInterrupted(KeyboardInterrupt):
    """Ctrl-C came during a check; `report` has the functions that were checked before it."""

    def __init__(self, report: Report, asked: int):
        super().__init__()
        self.report = report
        count = len(report.results)
        self.line = f"stopped by Ctrl-C: {count} of {asked} functions were checked"
        if not count:
            self.line += ", and nothing is changed"

    def __str__(self) -> str:
        return self.line

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return [repr(self.report), self.line] if self.report.results else [self.line]


def check(
    *names: str | Iterable[str],
    submission: str | os.PathLike[str] | None = None,
    seed: int | None = None,
    limits: Limits | None = None,
    on_start: Callable[[str], object] | None = None,
) -> Report:
    """Checks sets ("ex01") or functions ("ex01.unbroadcast"); without a name, every set.

    names: each a name, or a list of names.
    submission: the folder with the learner's files (default: the course's exercises/).
    on_start: called with the name of each function before it runs.
    seed: of the numbers the functions are tried on (default: the learner's own, always the same).
    A pass must hold on another seed, too: a fresh one, or with `seed` one that follows from it.
    Points are kept as the learner's; those of a `submission` are not, and leave no trace.
    Raises CourseError, in one line, for an unknown name or outside the course folder, and
    CheckInterrupted on Ctrl-C, after the points of what was checked are kept.
    """
    with _turn, begun.taken(limits or Limits(), ours=False) as sandbox:
        return _checked(names, submission, seed, limits, on_start, sandbox)


def _checked(
    names: Iterable[str | Iterable[str]],
    submission: str | os.PathLike[str] | None,
    seed: int | None,
    limits: Limits | None,
    on_start: Callable[[str], object] | None,
    sandbox: Sandbox,
) -> Report:
    course = find(submission=_folder(submission))
    asked = _by_set(course.resolve(name) for name in flat(names) or course.stems)
    is_there = lambda key: course.learner_file(key).exists() or course.is_sealed(key)  # noqa: E731
    if submission is not None and not any(map(is_there, asked)):
        files = ", ".join(f"{course.stems[key]}.py" for key in asked)
        raise CourseError(f"there is nothing to check in {submission}: expected {files}")
    store, checked = Store(course), latest.edition(course)
    shown = _seed(store, submission is None) if seed is None else seed
    with Reference(course, shown, limits, draws_fresh=seed is None) as reference:
        reference.load(*asked)
        reference.begin(*(f"{key}.{name}" for key in asked for name in asked[key]))
        grader = Grader(reference, sandbox, on_start=on_start)
        report, interrupted = Report(seed=shown, root=course.root), False
        if sandbox.walls.open:
            report.contained += f" No wall closes {' and '.join(sandbox.walls.open)}: minidl doctor"
        try:
            for key, functions in asked.items():
                report.sets.append(grader.grade_set(key, *functions))
        except KeyboardInterrupt:
            interrupted = True
            report.sets += _begun(grader, list(asked.items())[len(report.sets) :])
    latest.keep(course, checked, report)
    if submission is None:
        store.remember(report)
    if interrupted:
        raise CheckInterrupted(report, sum(map(len, asked.values())))
    return report


def _folder(submission: str | os.PathLike[str] | None) -> Path | None:
    """The folder of a submission; CourseError if it is none, or has no file to check."""
    if submission is None:
        return None
    folder = Path(submission).expanduser().resolve()
    if not folder.is_dir() and not _is_sealed(folder):
        what = "is a file; give the folder it is in" if folder.exists() else "is not there"
        raise CourseError(f"the submission {submission} {what}")
    return folder


def _is_sealed(folder: Path) -> bool:
    """Whether these are a release's references, which lessons call by their old name."""
    return folder.name == SOLUTIONS and (folder.parent / sealed.NAME).is_file()


def _seed(store: Store, own: bool) -> int:
    """The learner's own seed; for somebody else's files without drawing and keeping one."""
    return store.seed if own else store.state.get("seed", secrets.randbits(32))


def _begun(grader: Grader, asked: Iterable[tuple[str, list[str]]]) -> Iterator[SetReport]:
    """The functions of unfinished sets that were checked before an interrupt."""
    for key, functions in asked:
        done = [grader.done.get(f"{key}.{name}") for name in functions]
        if results := [result for result in done if result]:
            yield replace(grader.report(key), results=results)


def flat(names: Iterable[str | Iterable[str]]) -> list[str]:
    """The names, those in lists too. CourseError if one is no name."""
    listed: list[str] = []
    for name in names:
        given = [name] if isinstance(name, str) else name
        if not isinstance(given, Iterable):
            raise CourseError(f'check takes names such as "ex01" or "ex01.unbroadcast", not {name}')
        listed += [name] if isinstance(name, str) else flat(given)
    return listed


def _by_set(asked: Iterable[tuple[ExerciseSet, Exercise | None]]) -> dict[str, list[str]]:
    """The functions asked for of each set, each once; all of them where the whole set is."""
    chosen: dict[str, dict[str, None]] = {}
    for checks, exercise in asked:
        functions = [exercise.name] if exercise else list(checks.functions)
        chosen.setdefault(checks.key, {}).update(dict.fromkeys(functions))
    return {key: list(functions) for key, functions in chosen.items()}
