"""Drawing people to play with, and training an encoder on them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from minidl.cli.faces.app import app
from minidl.cli.speech import check_folder, console, counted, errors_in_one_line, say

if TYPE_CHECKING:
    from minidl.models import Evaluation, FaceEncoder, History

NAMES = (
    "Ada Ben Cleo Dov Edda Finn Gus Hana Ivo June Kaya Lev Mina Noor Otto Pia Quin Rosa Sven Tove"
)


@app.command()
def draw(
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="a folder; each person gets a folder in it")
    ],
    identities: Annotated[int, typer.Option(metavar="N", min=1, help="how many people")] = 3,
    images: Annotated[int, typer.Option(metavar="N", min=1, help="pictures of each")] = 4,
    size: Annotated[int, typer.Option(metavar="N", min=8, help="pixels along a side")] = 128,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="another seed, other people")] = 0,
) -> None:
    """Draw people who do not exist, as image files to play with: OUT/Ada/1.png and so on.

    [bold]minidl faces draw people --identities 5[/bold]

    The encoder that comes with minidl has never met them.
    """
    from minidl.data import faces, save_image

    with errors_in_one_line():
        check_folder(out)
        for person in range(identities):
            folder = out / _name(person)
            folder.mkdir(parents=True, exist_ok=True)
            drawn = faces([person], images, size=size, split="test", seed=seed).images
            for picture, image in enumerate(drawn, 1):
                save_image(image, folder / f"{picture}.png")
    names = ", ".join(_name(person) for person in range(min(identities, 6)))
    more = ", ..." if identities > 6 else ""
    drawn_in_all = counted(identities * images, "picture")
    say(f"{drawn_in_all} of {counted(identities, 'person', 'people')} in {out}: {names}{more}")


@app.command()
def train(
    out: Annotated[Path, typer.Option(metavar="FILE", help="where the encoder goes")] = Path(
        "encoder.safetensors"
    ),
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, help="for weights, people and choices")
    ] = 0,
    steps: Annotated[int, typer.Option(metavar="N", min=1, help="batches to learn from")] = 900,
    mining: Annotated[
        str, typer.Option(metavar="WORD", help="random, semi-hard, batch-all or batch-hard")
    ] = "batch-hard",
    margin: Annotated[
        float, typer.Option(metavar="X", min=0, help="between squared distances")
    ] = 0.2,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="plot loss and distances (.png, .svg)")
    ] = None,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="begin anew, without the checkpoint")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress bar")] = False,
) -> None:
    """Train an encoder on drawn faces (three minutes on two cores), and measure it.

    [bold]minidl faces train --plot learning.png[/bold]

    Ctrl-C stops it with a checkpoint beside FILE; the same command goes on from there.

    It is measured on 100 people it has never met, with raw pixels beside it.
    """
    from minidl.models import DrawnFaces, FaceEncoder, Recipe, train_encoder

    checkpoint = out.with_suffix(".checkpoint")
    with errors_in_one_line():
        _check_writable(out, plot)
        if afresh:
            checkpoint.unlink(missing_ok=True)
        elif checkpoint.exists():
            say(f"going on from {checkpoint} (--afresh begins anew)")
        encoder = FaceEncoder(seed=seed)
        recipe = Recipe(steps=steps, mining=mining, margin=margin, seed=seed)
        try:
            history = train_encoder(
                encoder, DrawnFaces(seed=seed), recipe, checkpoint=checkpoint, quiet=quiet
            )
        except KeyboardInterrupt:
            _stopped(checkpoint)
            raise
        say(str(history))
        if plot:
            _save_plot(history, plot)
        try:
            encoder.about = _measured(encoder, seed, steps, mining, margin)
        except KeyboardInterrupt:
            _stopped(checkpoint)
            raise
        encoder.save_file(out)
        checkpoint.unlink(missing_ok=True)
    say(f"written to {out}: use it with `minidl faces enrol --encoder {out} ...`")


def _stopped(checkpoint: Path) -> None:
    kept = checkpoint.exists()
    say(
        f"stopped; the same command goes on from {checkpoint}"
        if kept
        else "stopped; nothing was kept"
    )


def _save_plot(history: History, file: Path) -> None:
    from matplotlib.figure import Figure

    from minidl.files import replacing

    figure = Figure(figsize=(7, 4), layout="constrained")
    history.plot(figure.subplots())
    with replacing(file) as temporary:
        figure.savefig(temporary, dpi=120)


def _measured(encoder: FaceEncoder, *made: Any) -> dict[str, Any]:
    """What is to be known of an encoder; the table of it is printed."""
    from minidl.models.measuring import faces_report

    report = faces_report(encoder)
    console().print(_figures({"encoder": report.encoder, "raw pixels": report.pixels}))
    say(f"threshold for a FAR of {report.far:g}, chosen on others: {report.threshold:.3f}")
    command = "minidl faces train --seed {} --steps {} --mining {} --margin {}".format(*made)
    return {"made by": command, "threshold": report.threshold, "figures": str(report.encoder)}


def _figures(rows: dict[str, Evaluation]) -> Any:
    from rich.table import Table

    one = next(iter(rows.values()))
    table = Table(
        "", f"one-shot, {one.ways} people", "EER", f"TAR at FAR {one.far:g}",
        title="100 people never met",
    )  # fmt: skip
    for name, row in rows.items():
        table.add_row(name, str(row.one_shot), f"{row.eer:.2%}", str(row.tar))
    return table


def _check_writable(*files: Path | None) -> None:
    """Raises before the work begins, not after three minutes of it."""
    for file in files:
        if file and not file.parent.is_dir():
            raise FileNotFoundError(f"cannot write {file}: there is no folder {file.parent}")
        if file and not os.access(file.parent, os.W_OK):
            raise PermissionError(f"cannot write {file}: the folder {file.parent} is read-only")


def _name(person: int) -> str:
    names = NAMES.split()
    return names[person] if person < len(names) else f"person-{person + 1}"
