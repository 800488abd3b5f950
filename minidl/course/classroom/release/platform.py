"""autograder.zip for Gradescope: it grades each submission in its container when it comes in.

Source: gradescope-autograders.readthedocs.io, "Autograder Specifications": setup.sh is run when the
image is built, run_autograder for each submission, which lies in /autograder/submission; results
go to /autograder/results/results.json.
"""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from minidl.course.classroom.exports.pages import page
from minidl.course.classroom.release.contents import Chosen
from minidl.course.classroom.release.students import check_whole, copy_course
from minidl.course.sets.folder import Course
from minidl.files import replacing

SCRIPTS = ("setup.sh", "run_autograder")
EXECUTABLE = 0o100755 << 16
LESSONS = "course/lessons/"


def autograder(course: Course, path: Path, chosen: Chosen) -> None:
    """Writes the archive."""
    check_whole(course)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="minidl-") as folder, replacing(path) as temporary:
        made = Path(folder)
        copy_course(course, made / "course", chosen)
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in SCRIPTS:
                info = zipfile.ZipInfo(name)
                info.external_attr = EXECUTABLE
                archive.writestr(info, page(f"{name}.jinja", sets=" ".join(chosen.sets)))
            for file in sorted(p for p in made.rglob("*") if p.is_file()):
                name = file.relative_to(made).as_posix()
                if not name.startswith(LESSONS) or _is_lesson(name):
                    archive.write(file, name)


def _is_lesson(name: str) -> bool:
    """Whether a file is a lesson itself, by which it is known when it comes back untouched."""
    return name.startswith(LESSONS) and name.endswith(".ipynb") and name.count("/") == 2
