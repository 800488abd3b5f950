"""The results as a table, and as JSON to compare with later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from benchmarks.job import Result


def show(results: Iterable[Result], peak: float, console: Console) -> None:
    """One table per group; ratios are green where they reach their target, else red."""
    for group, members in groupby(results, key=lambda r: r.group):
        table = Table(box=SIMPLE_HEAD, pad_edge=False)
        table.add_column(Text(group, "bold"), min_width=24)
        for column in ("minidl ms", "PyTorch ms", "layout"):
            table.add_column(column, justify="right")
        for column in ("ratio", "target", "quartiles", "best", "of peak"):
            table.add_column(column, justify="right", no_wrap=True)
        for r in members:
            reached = "green" if r.ratio <= r.target else "bold red"
            table.add_row(
                r.name,
                milliseconds(r.ours),
                milliseconds(r.theirs),
                r.layout.replace("contiguous", "first").replace("channels_", ""),
                Text(f"{r.ratio:.2f}", reached),
                f"{r.target:.2f}",
                f"{r.low:.2f} - {r.high:.2f}",
                f"{r.best:.2f}",
                _shares(r, peak),
            )
        console.print(table)


def milliseconds(seconds: float) -> str:
    """Three digits that matter: 0.513, 17.6, 1234."""
    value = 1e3 * seconds
    return f"{value:.{3 if value < 1 else 2 if value < 10 else 1 if value < 100 else 0}f}"


def _shares(result: Result, peak: float) -> str:
    """How much of the peak each side reaches, counting the operations of the plain algorithm."""
    if not result.flops:
        return ""
    ours, theirs = (result.flops / seconds / peak for seconds in (result.ours, result.theirs))
    return f"{ours:.0%} | {theirs:.0%}"


def write_json(results: Iterable[Result], extra: dict[str, object], path: Path) -> None:
    """Everything measured, with the machine it was measured on."""
    rows = [{**asdict(r), "ratio": r.ratio} for r in results]
    path.write_text(json.dumps({**extra, "results": rows}, indent=1) + "\n")
