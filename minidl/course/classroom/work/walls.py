"""The sandboxes of grading: with walls around the students' code, without around our own."""

from __future__ import annotations

from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox


def around(limits: Limits, required: bool) -> Sandbox:
    """A sandbox for a student's code. RequestError where walls are required and missing."""
    return Sandbox(limits, walled=required, require_walls=required)


def trusted(limits: Limits) -> Sandbox:
    """A sandbox for the references."""
    return Sandbox(limits, walled=False)
