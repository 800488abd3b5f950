"""`minidl style`: a photograph painted as a painting is. Heavy imports come when needed."""

from minidl.cli.style.app import style

__all__ = ["style"]
