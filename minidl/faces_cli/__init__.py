"""`minidl faces`: people in image files, told apart. Everything heavy is imported when needed."""

from minidl.faces_cli import drawn, people  # each adds its commands
from minidl.faces_cli.app import app

__all__ = ["app", "drawn", "people"]
