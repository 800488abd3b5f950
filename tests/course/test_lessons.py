"""Every function says where it is taught, and that is a heading of its lesson, before its check."""

import json
import re
from pathlib import Path

import pytest

from minidl.course.sets.folder import Course

ROOT = Path(__file__).parents[2]
COURSE = Course(ROOT)
EXERCISES = [f for key in COURSE.stems for f in COURSE.checks(key).functions.values()]


def headings(text):
    return re.findall(r"^#+ (.+?) *$", text, flags=re.MULTILINE)


def markdown_of(notebook):
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.full_name)
def test_a_function_is_taught_under_a_heading_above_its_check(exercise):
    source = (ROOT / "lessons/source" / f"{exercise.taught.lesson}.py").read_text()
    heading = re.search(rf"^# ##+ {re.escape(exercise.section)}$", source, flags=re.MULTILINE)
    assert heading, f"{exercise.taught} is no heading of its lesson"
    assert heading.end() < source.index(f'"{exercise.full_name}"')


@pytest.mark.parametrize("key", COURSE.stems)
def test_the_notebook_that_learners_open_has_the_anchors(key):
    taught = [f.taught for f in COURSE.checks(key).functions.values()]
    found = headings(markdown_of(ROOT / taught[0].file))
    for section in taught:
        assert found.count(section.heading) == 1, f"{section}: the anchor must be one place"
