"""How well the recipes recognise: `python -m benchmarks.recognition`.

Drawn faces: 100 people never met. Omniglot: trained on background_small1, asked about the alphabets
of background_small2 that are not in it; twenty characters of one alphabet at a time. Raw pixels,
compared by nearest neighbour, are beside each. Mining: the four ways to choose triplets, from the
same start, on the same batches.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from matplotlib.figure import Figure
from rich.console import Console
from rich.table import Table

from minidl.data import Omniglot, faces, omniglot, one_shot_episodes
from minidl.metric import Rate, wilson_interval
from minidl.models import (
    MINING,
    DrawnFaces,
    FaceEncoder,
    Pictures,
    Recipe,
    evaluate,
    train_encoder,
)
from minidl.models.evaluation import hits
from minidl.models.measuring import faces_report

RESULTS = Path(__file__).parent / "results"
PARTS = ("faces", "omniglot", "mining")
CHARACTERS = Recipe(steps=3000)
WAYS, EPISODES = 20, 60  # 1,200 trials

console = Console()


def main(
    parts: Annotated[
        list[str] | None, typer.Argument(help="faces, omniglot, mining; all by default")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, help="trainings of each; medians are shown")] = 3,
    steps: Annotated[
        int, typer.Option(min=1, help="steps of each training that compares minings")
    ] = 400,
    out: Annotated[Path, typer.Option(help="folder for the figure and the numbers")] = RESULTS,
) -> None:
    """Trains and measures on faces, Omniglot (MINIDL_DATA, or downloaded) and four minings."""
    chosen = parts or list(PARTS)
    if set(chosen) - set(PARTS):
        raise typer.BadParameter(f"given {', '.join(chosen)}; expected some of {', '.join(PARTS)}")
    out.mkdir(parents=True, exist_ok=True)
    if "faces" in chosen:
        _keep(out, "faces", [_faces(seed) for seed in range(seeds)])
    if "omniglot" in chosen:
        _keep(out, "omniglot", [_omniglot(seed) for seed in range(seeds)])
    if "mining" in chosen:
        _mining(steps, out)


def _faces(seed: int) -> dict[str, Any]:
    encoder = FaceEncoder(seed=seed)
    seconds = _timed(encoder, DrawnFaces(seed=seed), Recipe(seed=seed))
    report = faces_report(encoder)
    found, pixels = report.encoder, report.pixels
    return {
        "seed": seed,
        **seconds,
        "one-shot, 50 people": found.one_shot.value,
        "EER": found.eer,
        "TAR at FAR 1e-2": found.tar.value,
        "pixels: one-shot": pixels.one_shot.value,
        "pixels: EER": pixels.eer,
        "pixels: TAR": pixels.tar.value,
    }


def character_encoder(seed: int) -> FaceEncoder:
    """For drawings of 32x32."""
    return FaceEncoder(128, in_channels=1, size=32, widths=(64, 64, 64, 64), seed=seed)


def unseen_alphabets(size: int) -> tuple[Omniglot, Omniglot]:
    """Drawings to train on, and drawings of alphabets that are not among them."""
    known = omniglot("background_small1", size=size)
    there = omniglot("background_small2", size=size).alphabet_names
    new = [name for name in there if name not in known.alphabet_names]
    return known, omniglot("background_small2", size=size, alphabets=new)


def _omniglot(seed: int) -> dict[str, Any]:
    encoder = character_encoder(seed)
    known, new = unseen_alphabets(encoder.size)
    source = Pictures(known.images, known.labels, people=20, seed=seed)
    seconds = _timed(encoder, source, CHARACTERS)
    found = within_alphabet(encoder.encode(new.images), new)
    pixels = within_alphabet(new.images.reshape(len(new.images), -1), new)
    return {
        "seed": seed,
        **seconds,
        "20-way one-shot": found.value,
        "low": found.low,
        "high": found.high,
        "pixels": pixels.value,
    }


def within_alphabet(encodings: np.ndarray, drawings: Omniglot) -> Rate:
    """The one-shot accuracy among twenty characters of one alphabet, and its 95 % interval."""
    episodes = one_shot_episodes(drawings, WAYS, EPISODES, seed=1)
    right = sum(hits(encodings[e.support], encodings[e.queries]) for e in episodes)
    trials = WAYS * EPISODES
    return Rate(right / trials, *wilson_interval(right, trials), float("nan"))


def _timed(encoder: FaceEncoder, source: Any, recipe: Recipe) -> dict[str, float]:
    """Trains; seconds on the clock, and of computing on two cores were nobody else there."""
    clock, computing = time.perf_counter(), time.process_time()
    history = train_encoder(encoder, source, recipe)
    console.print(str(history), highlight=False)
    return {
        "seconds": time.perf_counter() - clock,
        "CPU seconds / 2": (time.process_time() - computing) / 2,
    }


def _keep(out: Path, name: str, rows: list[dict[str, Any]]) -> None:
    """Shows the rows and their median, and writes them as JSON."""
    table = Table(*rows[0], title=name)
    for row in rows:
        table.add_row(*(_shown(key, value) for key, value in row.items()))
    median = {key: statistics.median(row[key] for row in rows) for key in rows[0]}
    table.add_row("median", *[_shown(key, value) for key, value in median.items()][1:])
    console.print(table)
    _write(out / f"recognition-{name}.json", rows)


def _shown(key: str, value: float) -> str:
    if key == "seed":
        return str(value)
    return f"{value:.0f}" if "econds" in key else f"{value:.2%}"


def _mining(steps: int, out: Path) -> None:
    """One-shot accuracy on unseen people while training, for each way to choose triplets."""
    figure = Figure(figsize=(7, 4), layout="constrained")
    ax = figure.subplots()
    curves = {}
    for mining in MINING:
        curves[mining] = list(_curve(Recipe(steps=steps, mining=mining), every=max(1, steps // 10)))
        ax.plot(*zip(*curves[mining], strict=True), marker=".", label=mining)
        console.print(f"{mining}: {curves[mining][-1][1]:.1%}", highlight=False)
    ax.set(
        xlabel="step", ylabel="50-way one-shot accuracy", ylim=(0, 1),
        title="Which triplets to learn from: 100 unseen people, pictures of 32x32",
    )  # fmt: skip
    ax.legend(frameon=False, loc="lower right")
    figure.savefig(out / "recognition-mining.png", dpi=120)
    _write(out / "recognition-mining.json", curves)
    console.print(f"drawn in {out / 'recognition-mining.png'}", highlight=False)


def _curve(recipe: Recipe, every: int) -> Iterator[tuple[int, float]]:
    unseen = faces(100, 10, size=32, split="test")
    points: list[tuple[int, float]] = []

    def watch(step: int, encoder: FaceEncoder) -> None:
        if step % every == 0:
            rate = evaluate(encoder, unseen.images, unseen.labels, episodes=40).one_shot
            points.append((step, rate.value))

    encoder = FaceEncoder(size=32, widths=(32, 64, 128), seed=0)
    train_encoder(encoder, DrawnFaces(size=32), recipe, watch=watch)
    yield from points


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1) + "\n")


if __name__ == "__main__":
    typer.run(main)
