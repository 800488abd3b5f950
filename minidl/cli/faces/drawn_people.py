"""What `--drawn` does, with people that minidl drew: the encoder that the course trains."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from minidl.cli.speech import console, escaped, say
from minidl.files import Name

if TYPE_CHECKING:
    from minidl.models import FaceEncoder, GalleryFolder


def enrol(
    gallery: Path, albums: dict[str, list[Path]], encoder: Path | None, threshold: float | None
) -> int:
    """Adds people to a gallery; gives how many are in it."""
    folder = opened_or_begun(gallery, encoder, threshold)
    folder.enrol(albums)
    return len(folder.people)


def recognise(gallery: Path, files: list[Path], top: int) -> int:
    """Says who is on each picture; gives the exit code, 0 where everybody was recognised."""
    from rich.table import Table

    folder = opened(gallery)
    matches = folder.recognise(files, top)
    table = Table("file", "is", "distance", *(["nearest people"] if top > 1 else []))
    for file, match in zip(files, matches, strict=True):
        who = f"[green]{escaped(match.name)}[/green]" if match.name else "[dim]none of them[/dim]"
        row = [escaped(file), who, f"{match.distance:.3f}"]
        if top > 1:
            row.append(", ".join(f"{escaped(c.name)} {c.distance:.3f}" for c in match.candidates))
        table.add_row(*row)
    console().print(table)
    say(f"recognised at a distance of at most {folder.people.threshold:.3f}")
    return 0 if all(match.name for match in matches) else 1


def verify(first: Name, second: Name, encoder: Path | None, threshold: float | None) -> bool:
    """Whether two pictures show one person; says so."""
    from minidl.metric.distances import accepted, measured
    from minidl.models.gallery_folder import encode_files

    used = _encoder(encoder)
    limit = _threshold(used, threshold)
    a, b = encode_files(used, [first, second])
    distance = float(measured(a[None], b[None])[0])
    same = bool(accepted(distance, limit))
    words = "[green]the same person[/green]" if same else "[red]different people[/red]"
    sign = "<=" if same else ">"
    console().print(f"{words}: distance {distance:.3f} {sign} threshold {limit:.3f}")
    return same


def opened(gallery: Path) -> GalleryFolder:
    from minidl.models import GalleryFolder

    return GalleryFolder.open(gallery)


def opened_or_begun(gallery: Path, encoder: Path | None, threshold: float | None) -> GalleryFolder:
    """The gallery there, or an empty one; a threshold that is given replaces the one stored."""
    from minidl.models import GalleryFolder

    if not GalleryFolder.there(gallery):
        used = _encoder(encoder)
        return GalleryFolder.begin(gallery, used, _threshold(used, threshold))
    if encoder is not None:
        raise ValueError(
            f"{gallery} has an encoder of its own, and distances mean nothing between two; begin "
            "another gallery (--gallery) for this one"
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
        raise ValueError("this encoder says no threshold; give one with --threshold")
    return float(encoder.about["threshold"])
