"""HTML from templates: whatever a student wrote or is called is text there, never markup."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _environment() -> Environment:
    loader = PackageLoader("minidl.course.classroom", "templates")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )  # fmt: skip


def page(template: str, **facts: Any) -> str:
    """A page from a template with these facts."""
    return _environment().get_template(template).render(**facts)
