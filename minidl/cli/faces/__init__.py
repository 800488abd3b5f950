"""`minidl faces`: people in image files, told apart. Everything heavy is imported when needed."""

from minidl.cli.faces import drawn, people
from minidl.cli.faces.app import app

__all__ = ["app", "drawn", "people"]
