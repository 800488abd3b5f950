"""Writes exercises/*.py from solutions/*.py, or with --check tells which are stale.

A file with a learner's work in it is never overwritten: it is named, and how to start it afresh.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from minidl.course.sets.stubs import is_untouched, stub_of
from minidl.files import write

ROOT = Path(__file__).parent.parent
MAY_USE = (
    "NumPy, the standard library and the other sets are what an exercise file may use, and files "
    "of your own beside it."
)


def main() -> int:
    """Writes (or with --check compares) every stub; 1 if one is stale or was left alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail where stale")
    check = parser.parse_args().check
    problems = []
    for solution in sorted((ROOT / "solutions").glob("ex[0-9]*_*.py")):
        problem = update(solution, ROOT / "exercises" / solution.name, check)
        problems += [problem] if problem else []
    print(*problems, sep="\n", end="\n" if problems else "", file=sys.stderr)
    return bool(problems)


def update(solution: Path, exercise: Path, check: bool) -> str:
    """Brings one stub up to date; what is wrong, or an empty string."""
    text = solution.read_text(encoding="utf-8")
    try:
        stub = stub_of(text, solution.stem)
    except (SyntaxError, ValueError) as error:
        return f"solutions/{solution.name}: {error}"
    if MAY_USE not in " ".join(text.split()):
        return f"solutions/{solution.name}: its docstring should say {MAY_USE!r}"
    old = exercise.read_text(encoding="utf-8") if exercise.exists() else None
    shown = f"exercises/{exercise.name}"
    if old == stub:
        return ""
    if check:
        return f"{shown} does not match solutions/{exercise.name}: run `make exercises`"
    if old is not None and not is_untouched(old):
        return (
            f"{shown} has work in it and was left as it is; "
            f"`minidl reset {exercise.stem.partition('_')[0]}` saves a copy and starts it afresh"
        )
    write(exercise, stub)
    print(f"{shown}: written")
    return ""


if __name__ == "__main__":
    sys.exit(main())
