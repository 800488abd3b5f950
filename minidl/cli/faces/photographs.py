"""What `minidl faces` does with photographs: detector, alignment, residual encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minidl.cli.speech import console, counted, escaped, say
from minidl.files import Name

if TYPE_CHECKING:
    import numpy as np
    from rich.table import Table

    from minidl.models import FaceRecogniser, PhotoGallery
    from minidl.models.photo_gallery import Named

Looked = tuple[Path, "np.ndarray", "list[Named]"]  # a file, its picture, the faces on it


def enrol(gallery: Path, albums: dict[str, list[Path]], threshold: float | None) -> int:
    """Adds people to a gallery; gives how many are in it."""
    from minidl.models import FaceRecogniser, PhotoGallery

    folder = _opened(gallery) if PhotoGallery.there(gallery) else PhotoGallery.begin(gallery)
    if threshold is not None:
        folder.people.threshold = threshold
    folder.enrol(FaceRecogniser(), albums)
    return len(folder.people)


def verify(first: Name, second: Name, threshold: float | None) -> bool:
    """Whether two photographs of one face each show one person; says so."""
    from minidl.data import load_image
    from minidl.metric.distances import accepted
    from minidl.models import FaceRecogniser
    from minidl.models.face_recognition import BASIS, LIMIT, belief

    recogniser = FaceRecogniser()
    limit = LIMIT if threshold is None else threshold
    seen = [recogniser.only(load_image(file), file) for file in (first, second)]
    distance = recogniser.distance(*seen)
    same = bool(accepted(distance, limit))
    words = "[green]the same person[/green]" if same else "[red]different people[/red]"
    sign = "<=" if same else ">"
    console().print(
        f"{words}: distance {distance:.3f} {sign} limit {limit:.3f} (verification, 1:1)"
    )
    say(f"how far to believe it: {belief(distance, limit, *(s.face.size for s in seen))}")
    say(f"the limit {limit:.3f}: {BASIS if threshold is None else 'as given'}")
    return same


def recognise(gallery: Path, files: Sequence[Path], top: int, out: Path | None) -> int:
    """Says who is on photographs; gives the exit code.

    0 where everybody on them was recognised, 1 where somebody was not, 2 where no face could be
    read.
    """
    from minidl.models import FaceRecogniser

    folder = _opened(gallery)
    targets = _targets(out, files)
    recogniser, codes = FaceRecogniser(), []
    table = _table(top)
    for file, image, faces in _looked(recogniser, folder, files, top):
        if not faces:
            table.add_row(escaped(file), "", "[dim]no face[/dim]", *[""] * (3 if top > 1 else 2))
            codes.append(2)
        for number, named in enumerate(faces, 1):
            table.add_row(escaped(file), str(number), *_row(named, folder.people.threshold, top))
            codes.append(_code(named))
        if targets:
            _draw(targets[file], image, faces)
    console().print(table)
    say(
        f"recognition, 1:{len(folder.people)}: the nearest of {len(folder.people)} enrolled, at a "
        f"distance of at most {folder.people.threshold:.3f}; more people, more false matches"
    )
    if targets:
        say(f"drawn into {out}")
    if set(codes) == {2}:
        return 2
    return 0 if set(codes) == {0} else 1


def _opened(gallery: Path) -> PhotoGallery:
    from minidl.models import PhotoGallery

    return PhotoGallery.open(gallery)


def _looked(
    recogniser: FaceRecogniser, folder: PhotoGallery, files: Sequence[Path], top: int
) -> Iterator[Looked]:
    from minidl.data import load_image
    from minidl.progress import progress

    for file in progress(files, label="looking", quiet=len(files) < 3):
        image = load_image(file)
        yield file, image, folder.recognise(recogniser, image, top)


def _table(top: int) -> Table:
    from rich.table import Column, Table

    last = ["nearest people"] if top > 1 else []
    file = Column("file", overflow="fold")
    return Table(file, "face", "is", "distance", "how far to believe it", *last)


def _row(named: Named, limit: float, top: int) -> list[str]:
    """The cells of one face."""
    from minidl.models.face_recognition import belief

    if named.match is None:
        why = f"[dim]cannot say: the face {escaped(named.seen.trouble)}[/dim]"
        return [why, "", "", *([""] if top > 1 else [])]
    match = named.match
    who = f"[green]{escaped(match.name)}[/green]" if match.name else "[dim]none of them[/dim]"
    row = [who, f"{match.distance:.3f}", belief(match.distance, limit, named.seen.face.size)]
    if top > 1:
        row.append(", ".join(f"{escaped(c.name)} {c.distance:.3f}" for c in match.candidates))
    return row


def _code(named: Named) -> int:
    if named.match is None:
        return 2
    return 0 if named.match.name else 1


def _targets(out: Path | None, files: Sequence[Path]) -> dict[Path, Path]:
    """Where each file's picture with names goes: `out` for one file, a folder for several."""
    if out is None:
        return {}
    if len(files) == 1 and out.suffix:
        return {files[0]: out}
    if out.exists() and not out.is_dir():
        raise NotADirectoryError(
            f"{out} is a file; for {counted(len(files), 'photograph')} give a folder"
        )
    out.mkdir(parents=True, exist_ok=True)
    names = [f"{file.stem}-named.png" for file in files]
    double = {name for name in names if names.count(name) > 1}
    return {
        file: out / (f"{i}-{name}" if name in double else name)
        for i, (file, name) in enumerate(zip(files, names, strict=True), 1)
    }


def _draw(target: Path, image: np.ndarray, faces: list[Named]) -> None:
    from minidl.data import save_image
    from minidl.vis import draw_faces

    names = [(named.match.name or "?") if named.match else "cannot say" for named in faces]
    save_image(draw_faces(image, [named.seen.face.box for named in faces], names), target)
