"""The course folder (exercises/, solutions/, tests/exercises/) and the exercises in it."""

from __future__ import annotations

import difflib
import json
import linecache
import os
import re
import types
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from minidl.course.sets import sealed
from minidl.course.sets.manifest import Exercise, ExerciseSet
from minidl.course.sets.reading import Unreadable, source
from minidl.errors import CourseError

CHECKS, SOLUTIONS, RELEASE = "tests/exercises", "solutions", "release.json"
HELD_BACK = "This hint is held back by whoever teaches the course."
NUMBERED = re.compile(r"(?:ex)?(\d{1,2})(\..+)?", re.IGNORECASE)  # of a set: 1, ex1, EX01.name
OWN = "my-course"  # in a clone of the project: the folder in which its owner learns


@dataclass(frozen=True)
class Course:
    """A course folder. `submission`, where given, is the folder with the learner's files.

    shown_as: what that folder is called in what is said of it; by default its path.
    texts: of checks and references, where they are not read from the folder (sets/sealed.py).
    """

    root: Path
    submission: Path | None = None
    shown_as: str = ""
    texts: sealed.Texts | None = field(default=None, compare=False, repr=False)

    @property
    def exercises(self) -> Path:
        return self.submission or self.root / "exercises"

    @property
    def state(self) -> Path:
        """Where the learner's seed, hints, points and backups are kept."""
        return self.root / ".minidl"

    @cached_property
    def stems(self) -> dict[str, str]:
        """Every set that has checks, by key: {"ex01": "ex01_autograd", ...}."""
        if self.texts is None:
            stems = [p.stem for p in (self.root / CHECKS).glob("ex[0-9]*_*.py")]
        else:
            stems = [Path(name).stem for name in self.texts if name.startswith(f"{CHECKS}/")]
        return {stem.partition("_")[0]: stem for stem in sorted(stems)}

    def checks(self, key: str) -> ExerciseSet:
        """The checks of a set, which must be one of `stems`; executed when the text is another."""
        text = self.checks_text(key)
        known = self._sets.get(key)
        if known is None or known[0] != text:
            known = self._sets[key] = text, self._executed(self.stems[key], text)
        return known[1]

    def _executed(self, stem: str, text: str) -> ExerciseSet:
        path = self.root / CHECKS / f"{stem}.py"
        module = types.ModuleType(f"checks_of_{stem}")
        module.__file__ = str(path)
        # The sources of probes are looked up by line; the file may not be there, or be another.
        linecache.cache[str(path)] = (len(text), None, text.splitlines(True), str(path))
        exec(_compiled(str(path), text), module.__dict__)
        found = [value for value in vars(module).values() if isinstance(value, ExerciseSet)]
        if len(found) != 1 or found[0].stem != stem:
            raise CourseError(f"{path} should make one ExerciseSet({stem!r}, ...)")
        self._as_released(found[0])
        return found[0]

    def _as_released(self, checks: ExerciseSet) -> None:
        """Holds back hints, and shows the date, as whoever released the course asked for."""
        told = json.loads((self.texts or {}).get(RELEASE, "{}"))
        if due := told.get("due", {}).get(checks.key):
            checks.title += f" (due {due})"
        kept = told.get("hints", 3)
        for exercise in checks.functions.values():
            one, two, three = (*exercise.hints[:kept], *[HELD_BACK] * 3)[:3]
            exercise.hints = one, two, three

    def checks_text(self, key: str) -> str:
        """The source of the checks of a set."""
        return self._text(f"{CHECKS}/{self.stems[key]}.py")

    def solution(self, key: str) -> str:
        """The source of the references of a set."""
        return self._text(f"{SOLUTIONS}/{self.stems[key]}.py")

    def gathered(self) -> dict[str, str]:
        """The texts of all checks and references, as `texts` has them."""
        folders = {CHECKS: self.checks_text, SOLUTIONS: self.solution}
        return {
            f"{f}/{s}.py": read(k) for k, s in self.stems.items() for f, read in folders.items()
        }

    def _text(self, name: str) -> str:
        return self.read(self.root / name) if self.texts is None else self.texts[name]

    def learner_file(self, key: str) -> Path:
        return self.exercises / f"{self.stems[key]}.py"

    def is_sealed(self, key: str) -> bool:
        """Whether the file that would be checked is a reference that lies behind the curtain."""
        path = self.learner_file(key)
        return bool(self.texts and not path.exists() and self.shown(path) in self.texts)

    def saved(self, key: str) -> float | None:
        """When the learner's file was saved, in seconds since the epoch; None without one."""
        try:
            return self.learner_file(key).stat().st_mtime
        except OSError:
            return None

    def read(self, path: Path) -> str:
        """The text of a source file; CourseError where it is missing, too large or not text."""
        name, key = self.shown(path), path.stem.partition("_")[0]
        if self.texts and not self.shown_as and name in self.texts:
            return self.texts[name]
        try:
            return source(path)
        except Unreadable as error:
            cure = (
                f"; move it away, then `minidl reset {key}`" if "not a file" in str(error) else ""
            )
            raise CourseError(f"{name} {error}{cure}") from None
        except FileNotFoundError:
            cure = "" if self.submission else f"; `minidl reset {key}` writes it"
            raise CourseError(f"{name} is not there{cure}") from None
        except OSError as error:
            raise CourseError(f"{name} cannot be read: {error.strerror}") from None

    def shown(self, path: Path) -> str:
        """A path as it is shown: from the course folder where it is inside."""
        if self.shown_as and self.submission and path.is_relative_to(self.submission):
            return f"{self.shown_as}/{path.relative_to(self.submission)}"
        return str(path.relative_to(self.root)) if path.is_relative_to(self.root) else str(path)

    def resolve(self, name: str) -> tuple[ExerciseSet, Exercise | None]:
        """The set, and the function if one is named, of "ex01", "ex01_autograd" or "ex01.f".

        A path to the file, as a shell completes it, names the set too, and "unbroadcast" alone the
        function, where only one set has one of that name.
        """
        first, _, function = name.removesuffix(".py").rpartition("/")[2].partition(".")
        key = first.partition("_")[0]
        if key not in self.stems or first not in (key, self.stems[key]):
            return self._resolve_function(name)
        checks = self.checks(key)
        if not function:
            return checks, None
        if function not in checks.functions:
            raise CourseError(self._unknown_function(key, function))
        return checks, checks.functions[function]

    def function(self, name: str) -> Exercise:
        """As `resolve`, of a name that must be one function's; CourseError where it is a set's."""
        checks, exercise = self.resolve(name)
        if exercise is None:
            names = ", ".join(f.full_name for f in checks.functions.values())
            raise CourseError(f"{name} is a whole set; ask for one of {names}")
        return exercise

    def _resolve_function(self, name: str) -> tuple[ExerciseSet, Exercise]:
        """The only function of that name; CourseError if there is none, or more than one."""
        sets = [self.checks(key) for key in self.stems]
        found = [f for checks in sets for f in checks.functions.values() if f.name == name]
        if len(found) == 1:
            return found[0].home, found[0]
        if found:
            names = " or ".join(f.full_name for f in found)
            raise CourseError(f"{name} is in several sets: ask for {names}")
        known = ", ".join(self.stems)
        if numbered := NUMBERED.fullmatch(name):
            meant = f"ex{int(numbered[1]):02}"
            if meant in self.stems:
                guess = f"did you mean {meant}{numbered[2] or ''}? "
                raise CourseError(f"no exercise {name!r}; {guess}there are {known}")
            if self._in_part:  # no slip of another's name
                raise CourseError(
                    f"no exercise {name!r} in what was released to you so far; there are {known}"
                )
        functions = {f.name: f.full_name for checks in sets for f in checks.functions.values()}
        near = difflib.get_close_matches(name, [*self.stems, *functions], 1, 0.5)
        guess = f"did you mean {functions.get(near[0], near[0])}? " if near else ""
        raise CourseError(f"no exercise {name!r}; {guess}there are {known}")

    @property
    def _in_part(self) -> bool:
        """Whether whoever teaches has released some of the sets, and may release others."""
        texts = self.texts or {}
        return RELEASE in texts and not json.loads(texts[RELEASE]).get("whole", False)

    def _unknown_function(self, key: str, name: str) -> str:
        """What is said of a function that a set does not have: one that was meant, if there is."""
        own = list(self.checks(key).functions)
        others = {f: k for k in self.stems if k != key for f in self.checks(k).functions}
        near = difflib.get_close_matches(name, own, 1, 0.5)
        meant = f"{others[name]}.{name}" if name in others else f"{key}.{near[0]}" if near else ""
        guess = f"did you mean {meant}? " if meant else ""
        known = ", ".join(f"{key}.{function}" for function in own)
        return f"no function '{key}.{name}'; {guess}there are {known}"

    def exercise(self, full_name: str) -> Exercise:
        """The function "ex01.unbroadcast", which must be one of its set."""
        key, _, name = full_name.partition(".")
        return self.checks(key).functions[name]

    @cached_property
    def _sets(self) -> dict[str, tuple[str, ExerciseSet]]:
        """Sets that were executed, with their text: executing them adds up."""
        return {}


@cache
def _compiled(path: str, text: str) -> types.CodeType:
    """The code of a file of checks, from its text: what lies compiled beside it is not believed."""
    return compile(text, path, "exec")


def find(start: Path | None = None, submission: Path | None = None) -> Course:
    """The course folder: MINIDL_COURSE, or the nearest above `start` (the current folder).

    CourseError, in one line, where there is none, or where the checks are missing from it.
    """
    named = os.environ.get("MINIDL_COURSE")
    if named:
        if is_course(root := Path(named).expanduser().resolve()):
            return _with_checks(root, submission)
        raise CourseError(f"MINIDL_COURSE={named} is no course: it has no exercises/ and checks")
    for here in [start.resolve()] if start else _current_folders():
        for folder in (here, *here.parents):
            if is_course(folder):
                _not_in_another(folder)
                return _with_checks(folder.resolve(), submission)
    raise CourseError(
        f"{start or Path.cwd()} is not inside a course: go to the folder that holds your lessons/ "
        "and exercises/, or set MINIDL_COURSE to it; where there is none, `minidl new my-course` "
        "lays one out"
    )


def _current_folders() -> list[Path]:
    """The current folder, and the way that a shell came to it, over links."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        raise CourseError("the current folder is no longer there; go to the course first") from None
    shell = Path(os.environ.get("PWD", ""))
    return (
        [here, shell] if shell.is_absolute() and shell.exists() and shell.samefile(here) else [here]
    )


def at(root: Path) -> Course:
    """The course in this folder, which must be one."""
    return _with_checks(root.resolve(), None)


def is_course(folder: Path) -> bool:
    """Whether a folder has exercises and references in it, in the open or sealed."""
    is_open = (folder / "exercises").is_dir() and (folder / SOLUTIONS).is_dir()
    return is_open or (folder / sealed.NAME).is_file()


def enclosing(folder: Path) -> Path | None:
    """The nearest course above a folder; None where there is none."""
    return next((above for above in folder.parents if is_course(above)), None)


def _not_in_another(folder: Path) -> None:
    """Checks are code, which would run here: those that came with a submission are never taken.

    A learner's own course, which `minidl lab` lays out in a clone, is that clone's.
    """
    outer = enclosing(folder)
    if outer and folder != outer / OWN:
        raise CourseError(
            f"{folder} has a course of its own in it, and is inside of {outer}: go there, or set "
            "MINIDL_COURSE to the one whose checks you trust"
        )


def _with_checks(root: Path, submission: Path | None) -> Course:
    course = Course(root, submission)
    if (closed := root / sealed.NAME).is_file():
        text = closed.read_text(encoding="utf-8", errors="replace")
        return Course(root, submission, texts=sealed.unsealed(text))
    if not course.stems:
        raise CourseError(
            f"{root} has no checks in tests/exercises/: it is not the whole course; get the folder "
            "again, and copy your exercises/ into it"
        )
    return course
