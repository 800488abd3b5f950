"""`minidl check --json`: a report for programs on standard output, and nothing else there."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from minidl.cli.speech import said
from minidl.errors import RequestError
from minidl.files import shown

INTERRUPTED = 130


def check_as_json(names: Sequence[str], seed: int | None, submission: Path | None) -> int:
    """Checks, and prints the report as docs/check_json.md says; the exit code."""
    from minidl.course.checking import CheckInterrupted, check
    from minidl.course.report.machine import as_json, error_as_json

    try:
        report = check(*names, submission=submission, seed=seed)
    except CheckInterrupted as stopped:
        _print(as_json(stopped.report, interrupted=True))
        print(f"minidl: {stopped}", file=sys.stderr)
        return INTERRUPTED
    except (RequestError, OSError) as error:  # it is said on standard error, too: see app.py
        _print(error_as_json(shown(said(error))))
        raise
    _print(as_json(report))
    return 0 if report.passed else 1


def _print(value: dict[str, Any]) -> None:
    print(json.dumps(value, indent=1))
