"""A page for each set of exercises: what each function is to do, its points and time."""

from __future__ import annotations

import re
from collections.abc import Iterator

from minidl.course.sets.folder import Course
from minidl.course.sets.manifest import Exercise
from minidl.course.sets.stubs import source_of, stub_of


def pages(course: Course) -> Iterator[tuple[str, str]]:
    """Name and Markdown of each page, the overview first."""
    sets = [course.checks(key) for key in course.stems]
    rows = [
        f"| [{s.key}]({s.stem}.md) | {s.title} | {len(s.functions)} | {s.points} | "
        f"{sum(f.minutes for f in s.functions.values())} minutes |"
        for s in sets
    ]
    toc = "\n".join(s.stem for s in sets)
    yield "index", "\n".join([
        "# The exercises", "",
        "Functions to write, set by set. `minidl next` names the one to write next, `minidl watch`",
        "checks it whenever you save, `minidl hint` helps.", "",
        "| set | | functions | points | about |", "|---|---|---|---|---|", *rows, "",
        f"```{{toctree}}\n:hidden:\n\n{toc}\n```", "",
    ])  # fmt: skip
    for one in sets:
        stub = stub_of(course.solution(one.key), one.stem)
        lines = [f"# {one.key} {one.title}", ""]
        number = one.lesson.partition("_")[0]
        lines += [f"Taught in [lesson {number}](../lessons/{one.lesson}.ipynb).", ""]
        for function in one.functions.values():
            about = f"{function.points} points, about {function.minutes} minutes"
            lines += [
                f"## {function.name}", "",
                f"{about}{_taught(function)}.", "",
                f"```python\n{source_of(stub, function.name)}\n```", "",
            ]  # fmt: skip
        yield one.stem, "\n".join(lines)


def _taught(function: Exercise) -> str:
    """The section of its lesson, by the anchor that the pages make of a heading."""
    if not function.taught:
        return ""
    anchor = re.sub(r"[^\w\- ]", "", function.section.lower()).replace(" ", "-")
    return f", taught in [{function.taught}](../lessons/{function.taught.lesson}.ipynb#{anchor})"
