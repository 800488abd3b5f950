"""The `minidl` command, also as `python -m minidl`."""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command. The processes of a check start before Typer is even imported."""
    if sys.argv[1:2] == ["check"] and not {"-h", "--help"} & set(sys.argv):
        from minidl.course.sandbox import begun

        begun.begin()
    from minidl.cli import app

    app.main()


if __name__ == "__main__":
    main()
