"""The README of a learner's course folder."""

from __future__ import annotations

from minidl.course.sets.folder import Course


def readme(course: Course) -> str:
    """How to begin, and the sets with their points and times, as Markdown."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("minidl.course.layout", "templates")
    pages = Environment(
        loader=loader, autoescape=False, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    sets = [course.checks(key) for key in course.stems]
    return pages.get_template("readme.md.jinja").render(sets=sets)
