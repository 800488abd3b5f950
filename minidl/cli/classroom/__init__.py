"""The commands of an instructor: grade and release."""

from minidl.cli.classroom.grade import grade

__all__ = ["grade"]
