"""The sandboxes of grading: with walls around the students' code, without around our own."""

from __future__ import annotations

from minidl.course.sandbox.jobs import Limits
from minidl.course.sandbox.sandbox import Sandbox


def around(limits: Limits, required: bool) -> Sandbox:
    """A sandbox for a student's code, with the walls there are; RequestError where some must be."""
    return Sandbox(limits, require_walls=required)


def trusted(limits: Limits) -> Sandbox:
    """A sandbox for the references."""
    return Sandbox(limits, ours=True)
