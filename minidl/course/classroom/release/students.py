"""The folder that students get: lessons, stubs, checks, the library, and how to begin."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.release.contents import Chosen, open_files, texts
from minidl.course.sets.folder import Course
from minidl.course.sets.sealed import NAME, sealed
from minidl.errors import RequestError
from minidl.files import shown, write

FOLDERS = ("minidl", "lessons")
FILES = ("pyproject.toml", "requirements-lab.lock", "requirements.lock", "tools/wheel.py",
         "LICENSE", "docs/glossary.md", "tests/exercises/conftest.py")  # fmt: skip
MADE_FROM = ("Makefile", ".gitignore")
KEPT_TARGETS = ("help", "lab", "clean", "setup")
ORACLE = "PyTorch"  # what only those who work on the course compare with
LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc", ".ipynb_checkpoints", ".minidl")


def release(course: Course, folder: Path, chosen: Chosen) -> None:
    """Writes the folder, which must be new or empty. RequestError, in one line, if it is not."""
    check_whole(course)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise RequestError(f"{shown(folder)} is there already; give a new folder")
    copy_course(course, folder, chosen)
    for name, text in open_files(course, chosen).items():
        write(folder / name, text)
    write(folder / "README.md", _readme(course, chosen))


def check_whole(course: Course) -> None:
    """RequestError where a course has not all that a release is made of, as a learner's own."""
    wanted = (*FOLDERS, *FILES, *MADE_FROM)
    if missing := next((name for name in wanted if not (course.root / name).exists()), None):
        raise RequestError(
            f"a release is made in a clone of the project; {shown(course.root)} is none (it has no "
            f"{missing}): go to the clone"
        )


def copy_course(course: Course, folder: Path, chosen: Chosen) -> None:
    """The library, the lessons, and the sealed checks and references."""
    for name in FOLDERS:
        shutil.copytree(course.root / name, folder / name, ignore=LEFT_OUT)
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course.root / name, folder / name)
    (folder / "exercises").mkdir(exist_ok=True)
    write(folder / "Makefile", _makefile((course.root / "Makefile").read_text(encoding="utf-8")))
    write(folder / NAME, sealed(texts(course, chosen)))
    write(folder / ".gitignore", (course.root / ".gitignore").read_text(encoding="utf-8"))


def _makefile(text: str) -> str:
    """The Makefile without the targets for those who work on the course itself."""
    blocks = re.split(r"\n(?=\S)", text)
    kept = []
    for block in blocks:
        target = re.match(r"([a-z-]+):(?!=)", block)
        if ORACLE not in block and (not target or target[1] in KEPT_TARGETS):
            kept.append(block)
    made = "\n".join(kept)
    made = re.sub(r"^\.PHONY: help.*$", f".PHONY: {' '.join(KEPT_TARGETS)}", made, flags=re.M)
    return made.replace("Two commands do all the set-up: `make lab` and `make test`.",
                        "`make lab` does all the set-up.")  # fmt: skip


def _readme(course: Course, chosen: Chosen) -> str:
    sets = [course.checks(key) for key in chosen.sets]
    lessons = sorted(path.name for path in (course.root / "lessons").glob("[0-9]*.ipynb"))
    return page("release.md.jinja", sets=sets, due=chosen.due, hints=chosen.hints, lessons=lessons)
