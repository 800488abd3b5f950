"""The command: which jobs, how long, where the results go."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console

from benchmarks import machine, plot, table
from benchmarks.job import Job, Result, race
from benchmarks.jobs import (
    convolution,
    descent,
    faces,
    gallery,
    matmul,
    ordinary,
    painter,
    passes,
    patches,
    pooling,
    siamese,
    style,
)
from benchmarks.memory import TARGET, peaks
from benchmarks.peak import peak_flops
from benchmarks.startup import TARGETS, startup
from minidl.kernels.machine.threads import set_num_threads
from minidl.progress import progress

SOURCES = (
    convolution, pooling, matmul, passes, gallery, siamese, style, ordinary,
    painter, patches, faces,
)  # fmt: skip
BUSY = 0.3  # other work for this many cores makes the times doubtful
RESULTS = Path(__file__).parent / "results"

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
console = Console() if sys.stdout.isatty() else Console(width=124)


@app.command()
def main(
    only: Annotated[
        list[str] | None,
        typer.Option(help="Only jobs whose group or name contains this; may be given twice."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="5 rounds instead of 15: a first look.")
    ] = False,
    repeats: Annotated[
        int | None, typer.Option(min=1, help="Rounds; in each one every contestant has a turn.")
    ] = None,
    threads: Annotated[
        int | None, typer.Option(min=1, help="Threads for both sides (by default: all cores).")
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            help="Folder for the chart and the JSON (by default: benchmarks/results).",
            show_default=False,
        ),
    ] = RESULTS,
    list_jobs: Annotated[bool, typer.Option("--list", help="Name the jobs and stop.")] = False,
) -> None:
    """Times minidl beside PyTorch: same work, same process, same threads, taking turns.

    Every job is computed by both and compared first. A ratio is the median of minidl's times over
    the median of PyTorch's, in whichever memory layout PyTorch is faster: below 1, minidl is
    faster. "best" is the ratio of the fastest calls: on a busy machine, the one to believe.
    "of peak" is minidl's | PyTorch's share of the multiply-adds this machine can do, counted as
    the plain algorithm does them (Winograd does fewer, and may pass 100 %).

    Besides the jobs: "memory" (peak of the style step), "start-up" (imports, compiling) and
    "descent" (100 iterations of L-BFGS on a picture, at most 3 times; minutes).

    Try: `python -m benchmarks --quick --only vgg --only siamese`
    """
    chosen = [job for job in _jobs() if _wanted(only, job.group, job.name)]
    extras = [name for name in ("memory", "start-up", "descent") if _wanted(only, name)]
    if list_jobs:
        for name in [f"{job.group}: {job.name}" for job in chosen] + extras:
            console.print(name, highlight=False)
        return
    if not chosen and not extras:
        raise typer.BadParameter(f"no job contains {only}; --list names them", param_hint="--only")
    count = threads or len(os.sched_getaffinity(0))
    set_num_threads(count)
    torch.set_num_threads(count)
    described = _describe(count)
    rounds = repeats or (5 if quick else 15)
    results = _race_all(chosen, rounds)
    peak = float(described["peak_gflops"]) * 1e9  # type: ignore[arg-type]
    table.show(results, peak, console)
    reached = sum(r.ratio <= r.target for r in results)
    console.print(f"{reached} of {len(results)} jobs reach their targets", highlight=False)
    out.mkdir(parents=True, exist_ok=True)
    stem = out / time.strftime("%Y-%m-%d_%H-%M-%S")
    table.write_json(results, {"machine": described}, stem.with_suffix(".json"))
    if results:
        caption = "{cpu}, {threads} threads, torch {torch}, load {load}".format(**described)
        plot.chart(results, caption, stem.with_suffix(".png"))
    more = {"machine": described, **_extras(extras, count, rounds)}
    table.write_json(results, more, stem.with_suffix(".json"))
    console.print(f"written to {stem}.json and .png", highlight=False, soft_wrap=True)


def _jobs() -> Iterator[Job]:
    for source in SOURCES:
        yield from source.jobs()


def _wanted(only: list[str] | None, *names: str) -> bool:
    return not only or any(o.lower() in name.lower() for o in only for name in names)


def _describe(threads: int) -> dict[str, object]:
    """The machine, printed; with a warning where others are using it."""
    described = machine.describe(threads, peak_flops())
    console.print(
        "{cpu}, {threads} threads, {vector} to a vector, measured peak {peak_gflops} GFLOPS; "
        "torch {torch}, numba {numba}".format(**described),
        highlight=False,
    )
    if float(described["load"] or 0) > BUSY:  # type: ignore[arg-type]
        console.print(
            f"[yellow]The machine is busy (load {described['load']}): look at the quartiles, "
            "and trust the ratios of small jobs least.[/]"
        )
    return described


def _race_all(jobs: list[Job], rounds: int) -> list[Result]:
    results = []
    with progress(jobs, "racing", quiet=not sys.stdout.isatty()) as bar:
        for job in bar:
            bar.set_postfix_str(job.name)
            results.append(race(job, rounds))
    return results


def _extras(names: list[str], threads: int, rounds: int) -> dict[str, object]:
    found: dict[str, object] = {}
    if "memory" in names:
        found["memory"] = _memory(256, threads)
    if "start-up" in names:
        found["startup"] = startup()
        for what, seconds in found["startup"].items():  # type: ignore[attr-defined]
            within = f" (target {1000 * TARGETS[what]:.0f})" if what in TARGETS else ""
            console.print(f"{what}: {table.milliseconds(seconds)} ms{within}", highlight=False)
    if "descent" in names:
        found["descent"] = descent.descent(256, rounds=min(rounds, descent.ROUNDS))
        for line in descent.report(found["descent"]):  # type: ignore[arg-type]
            console.print(line, highlight=False)
    return found


def _memory(size: int, threads: int) -> dict[str, int]:
    found = peaks(size, threads)
    theirs = min(found["contiguous"], found["channels_last"])
    console.print(
        f"peak memory of the style step at {size}: minidl {found['minidl'] / 2**20:.0f} MB, "
        f"PyTorch {theirs / 2**20:.0f} MB, ratio {found['minidl'] / theirs:.2f} (target {TARGET})",
        highlight=False,
    )
    return found
