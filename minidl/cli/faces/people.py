"""Enrolling people, recognising and verifying them: on photographs, or drawn ones (--drawn)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from minidl.cli.faces import drawn_people, photographs
from minidl.cli.faces.app import app
from minidl.cli.speech import (
    check_folder,
    console,
    counted,
    errors_in_one_line,
    escaped,
    meant,
    say,
)

if TYPE_CHECKING:
    from minidl.models.people_folder import PeopleFolder

GalleryOption = Annotated[
    Path,
    typer.Option("--gallery", "-g", metavar="FOLDER", help="the folder of the people enrolled"),
]
EncoderOption = Annotated[
    Path | None,
    typer.Option(
        "--encoder", metavar="FILE", show_default=False,
        help="with --drawn: an encoder that `minidl faces train` made, not the one of minidl",
    ),
]  # fmt: skip
ThresholdOption = Annotated[
    float | None,
    typer.Option(
        metavar="X", min=0, show_default=False,
        help="the largest distance of one person's pictures; by default the encoder's own",
    ),
]  # fmt: skip
DrawnOption = Annotated[
    bool,
    typer.Option("--drawn", help="faces that `minidl faces draw` drew, by the encoder for those"),
]
Files = Annotated[list[str], typer.Argument(metavar="FILES", help="images, folders of images")]
DEFAULT = Path("gallery")


@app.command()
def enrol(
    name: Annotated[str, typer.Argument(metavar="NAME", help="who it is", show_default=False)] = "",
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILES", help="images, folders of images")
    ] = None,
    people: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER", help="a folder that holds a folder of images for every name"
        ),
    ] = None,
    gallery: GalleryOption = DEFAULT,
    encoder: EncoderOption = None,
    threshold: ThresholdOption = None,
    drawn: DrawnOption = False,
) -> None:
    """Add people to a gallery: no training, and one picture is enough; more are better.

    Ask them first. Each photograph shows one face.

    [bold]minidl faces enrol Ada ada.jpg[/bold]

    [bold]minidl faces enrol Ada holiday/ada/ passport.jpg[/bold]

    [bold]minidl faces enrol --people people/[/bold] (people/Ada/*.jpg, people/Ben/*.jpg, ...)

    The gallery holds encodings, never pictures. Where one file is bad, nobody is added.
    """
    with errors_in_one_line():
        albums = _albums(name, files or [], people)
        check_folder(gallery)
        _check_options(drawn, encoder)
        if drawn:
            count = drawn_people.enrol(gallery, albums, encoder, threshold)
        else:
            count = photographs.enrol(gallery, albums, threshold)
    for who, pictures in albums.items():
        say(f"{who}: {counted(len(pictures), 'picture')} enrolled")
    say(f"{counted(count, 'person', 'people')} in {gallery}")


@app.command()
def recognise(
    files: Files,
    gallery: GalleryOption = DEFAULT,
    top: Annotated[int, typer.Option(metavar="N", min=1, help="how many candidates to show")] = 1,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PICTURE", show_default=False,
            help="draw boxes and names into it; for several photographs, a folder",
        ),
    ] = None,
    drawn: DrawnOption = False,
) -> None:  # fmt: skip
    """Say who is on each image, every face of it: somebody enrolled, or none of them.

    [bold]minidl faces recognise party.jpg --out named.png[/bold]

    Exit code 0 if everybody was recognised, 1 if somebody was not, 2 if there was no face to read.
    """
    with errors_in_one_line():
        if drawn and out:
            raise ValueError("--out goes with photographs; leave out --drawn")
        _anyones(gallery)  # is there one? that is said before what is wrong with the files
        if drawn:
            code = drawn_people.recognise(gallery, _files(files), top)
        else:
            code = photographs.recognise(gallery, _files(files), top, out)
    raise typer.Exit(code)


@app.command()
def verify(
    first: Annotated[str, typer.Argument(metavar="A", help="an image")],
    second: Annotated[str, typer.Argument(metavar="B", help="another image")],
    encoder: EncoderOption = None,
    threshold: ThresholdOption = None,
    drawn: DrawnOption = False,
) -> None:
    """Say whether two images show the same person, one face on each.

    [bold]minidl faces verify a.jpg b.jpg[/bold]

    Exit code 0 for the same, 1 for different, 2 where it cannot be said.
    """
    with errors_in_one_line():
        _check_options(drawn, encoder)
        if drawn:
            same = drawn_people.verify(first, second, encoder, threshold)
        else:
            same = photographs.verify(first, second, threshold)
    raise typer.Exit(0 if same else 1)


@app.command("list")
def list_people(gallery: GalleryOption = DEFAULT) -> None:
    """Show who is enrolled, with how many pictures, and the threshold.

    [bold]minidl faces list[/bold]
    """
    from rich.table import Table

    with errors_in_one_line():
        people = _anyones(gallery).people
    table = Table("name", "pictures")
    for name, pictures in people.counts.items():
        table.add_row(escaped(name), str(pictures))
    console().print(table)
    say(f"{counted(len(people), 'person', 'people')}, threshold {people.threshold:.3f}")


@app.command()
def forget(
    name: Annotated[str, typer.Argument(metavar="NAME", help="who is to be forgotten")],
    gallery: GalleryOption = DEFAULT,
) -> None:
    """Forget a person: the gallery's file is written anew without their name and encodings.

    [bold]minidl faces forget Ada[/bold]
    """
    with errors_in_one_line():
        folder = _anyones(gallery)
        if name not in folder.people:
            near = meant(name, folder.people.names) or "`minidl faces list` shows who is"
            raise ValueError(f"nobody is enrolled as {name!r} in {gallery}; {near}")
        folder.remove(name)
    say(f"{name} is forgotten; {counted(len(folder.people), 'person', 'people')} in {gallery}")


def _albums(name: str, files: list[str], people: Path | None) -> dict[str, list[Path]]:
    """{name: image files}, of one person or of a folder of people."""
    from minidl.models.photos import photo_files

    if people is None:
        if not name or not files:
            raise ValueError(
                "given no NAME or no FILES, expected both, as in `minidl faces enrol Ada ada.jpg`, "
                "or --people FOLDER"
            )
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


def _check_options(drawn: bool, encoder: Path | None) -> None:
    if encoder is not None and not drawn:
        raise ValueError("--encoder goes with --drawn: it is for faces that minidl drew")


def _anyones(gallery: Path) -> PeopleFolder:
    """A gallery of photographs or of drawn people: nobody's encodings are compared."""
    from minidl.models.people_folder import PeopleFolder

    return PeopleFolder.open(gallery)
