"""Enrolling people, recognising and verifying them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.faces.app import app
from minidl.cli.speech import check_folder, console, counted, errors_in_one_line, escaped, say

if TYPE_CHECKING:
    from minidl.models import FaceEncoder, GalleryFolder

GalleryOption = Annotated[
    Path, typer.Option("--gallery", "-g", metavar="DIR", help="the folder of the people enrolled")
]
EncoderOption = Annotated[
    Path | None,
    typer.Option(
        "--encoder", metavar="FILE", show_default=False,
        help="an encoder that `minidl faces train` made; by default the one that comes with minidl",
    ),
]  # fmt: skip
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        min=0, show_default=False,
        help="the largest distance of one person's pictures; by default the encoder's own",
    ),
]  # fmt: skip
Files = Annotated[list[str], typer.Argument(metavar="FILES...", help="images, folders of images")]
DEFAULT = Path("gallery")


@app.command()
def enrol(
    name: Annotated[str, typer.Argument(help="who it is", show_default=False)] = "",
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILES...", help="images, folders of images")
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="a folder that holds a folder of images for every name"),
    ] = None,
    gallery: GalleryOption = DEFAULT,
    encoder: EncoderOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Add people to a gallery: no training, and one picture is enough; more are better.

    [bold]minidl faces enrol Ada ada.png[/bold]

    [bold]minidl faces enrol Ada holiday/ada/ passport.jpg[/bold]

    [bold]minidl faces enrol --people people/[/bold] (people/Ada/*.png, people/Ben/*.png, ...)

    The gallery holds encodings, never pictures. Where one file is bad, nobody is added.
    """
    with errors_in_one_line():
        albums = _albums(name, files or [], people)
        check_folder(gallery)
        folder = _opened_or_begun(gallery, encoder, threshold)
        folder.enrol(albums)
    for who, pictures in albums.items():
        say(f"{who}: {counted(len(pictures), 'picture')} enrolled")
    say(f"{counted(len(folder.people), 'person', 'people')} in {gallery}")


@app.command()
def recognise(
    files: Files,
    gallery: GalleryOption = DEFAULT,
    top: Annotated[int, typer.Option(min=1, help="how many candidates to show")] = 1,
) -> None:
    """Say who is on each image: somebody enrolled, or none of them.

    Exit code 0 if everybody was recognised, 1 if somebody was not.
    """
    from rich.table import Table

    with errors_in_one_line():
        folder = _opened(gallery)
        found = _files(files)
        matches = folder.recognise(found, top)
    table = Table("file", "is", "distance", *(["nearest people"] if top > 1 else []))
    for file, match in zip(found, matches, strict=True):
        who = f"[green]{escaped(match.name)}[/green]" if match.name else "[dim]none of them[/dim]"
        row = [escaped(file), who, f"{match.distance:.3f}"]
        if top > 1:
            row.append(", ".join(f"{escaped(c.name)} {c.distance:.3f}" for c in match.candidates))
        table.add_row(*row)
    console().print(table)
    say(f"recognised at a distance of at most {folder.people.threshold:.3f}")
    raise typer.Exit(0 if all(match.name for match in matches) else 1)


@app.command()
def verify(
    first: Annotated[str, typer.Argument(metavar="A", help="an image")],
    second: Annotated[str, typer.Argument(metavar="B", help="another image")],
    encoder: EncoderOption = None,
    threshold: ThresholdOption = None,
) -> None:
    """Say whether two images show the same person: exit code 0 for the same, 1 for different."""
    from minidl.metric.distances import accepted, measured
    from minidl.models.gallery_folder import encode_files

    with errors_in_one_line():
        used = _encoder(encoder)
        limit = _threshold(used, threshold)
        a, b = encode_files(used, [first, second])
    distance = float(measured(a[None], b[None])[0])
    same = bool(accepted(distance, limit))
    words = "[green]the same person[/green]" if same else "[red]different people[/red]"
    sign = "<=" if same else ">"
    console().print(f"{words}: distance {distance:.3f} {sign} threshold {limit:.3f}")
    raise typer.Exit(0 if same else 1)


@app.command("list")
def list_people(gallery: GalleryOption = DEFAULT) -> None:
    """Show who is enrolled, with how many pictures, and the threshold."""
    from rich.table import Table

    with errors_in_one_line():
        people = _opened(gallery).people
    table = Table("name", "pictures")
    for name, pictures in people.counts.items():
        table.add_row(escaped(name), str(pictures))
    console().print(table)
    say(f"{counted(len(people), 'person', 'people')}, threshold {people.threshold:.3f}")


@app.command()
def remove(
    name: Annotated[str, typer.Argument(help="who is to be forgotten")],
    gallery: GalleryOption = DEFAULT,
) -> None:
    """Forget a person and all their pictures."""
    with errors_in_one_line():
        folder = _opened(gallery)
        folder.remove(name)
    say(f"{name} is forgotten; {counted(len(folder.people), 'person', 'people')} in {gallery}")


def _albums(name: str, files: list[str], people: Path | None) -> dict[str, list[Path]]:
    """{name: image files}, of one person or of a folder of people."""
    from minidl.models.photos import photo_files

    if people is None:
        if not name or not files:
            raise ValueError("given no NAME or no FILES, expected both, or --people DIR")
        return {name: _files(files)}
    if name:
        raise ValueError(
            f"given {name!r} and --people, expected a NAME with FILES, or --people DIR alone"
        )
    if not people.is_dir():
        raise FileNotFoundError(f"there is no folder {people}")
    folders = sorted(f for f in people.iterdir() if f.is_dir() and not f.name.startswith("."))
    if not folders:
        raise ValueError(
            f"there is no folder in {people}; expected a folder of images for every name"
        )
    return {folder.name: photo_files(folder) for folder in folders}


def _files(given: list[str]) -> list[Path]:
    from minidl.models.photos import photo_files

    return [file for path in given for file in photo_files(path)]


def _opened(gallery: Path) -> GalleryFolder:
    from minidl.models import GalleryFolder

    return GalleryFolder.open(gallery)


def _opened_or_begun(gallery: Path, encoder: Path | None, threshold: float | None) -> GalleryFolder:
    """The gallery there, or an empty one; a threshold that is given replaces the one stored."""
    from minidl.models import GalleryFolder

    if not GalleryFolder.there(gallery):
        used = _encoder(encoder)
        return GalleryFolder.begin(gallery, used, _threshold(used, threshold))
    if encoder is not None:
        raise ValueError(
            f"{gallery} has an encoder already, and encodings of two encoders cannot be compared; "
            "give another --gallery for this one"
        )
    folder = GalleryFolder.open(gallery)
    if threshold is not None:
        folder.people.threshold = threshold
    return folder


def _encoder(file: Path | None) -> FaceEncoder:
    from minidl.models import FaceEncoder

    return FaceEncoder.pretrained() if file is None else FaceEncoder.load_file(file)


def _threshold(encoder: FaceEncoder, asked: float | None) -> float:
    if asked is not None:
        return asked
    if "threshold" not in encoder.about:
        raise ValueError("the encoder's file holds no threshold; give one with --threshold")
    return float(encoder.about["threshold"])
