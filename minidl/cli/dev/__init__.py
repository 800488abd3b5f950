"""`minidl dev`: skeletons of what a contributor adds."""

from minidl.cli.dev.app import app

__all__ = ["app"]
