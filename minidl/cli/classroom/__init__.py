"""The commands of an instructor: grade and release."""

from minidl.cli.classroom.grade import grade
from minidl.cli.classroom.release import release

__all__ = ["grade", "release"]
