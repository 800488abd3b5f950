"""A folder that recognises people: the encoder's weights, and the gallery of those enrolled."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from minidl.arguments import checked
from minidl.files import Name, alone_in, shown
from minidl.metric import Gallery
from minidl.metric.gallery import Match
from minidl.models.face_encoder import FaceEncoder
from minidl.models.photos import load_photo

_ENCODER, _PEOPLE = "encoder.safetensors", "people.safetensors"


class GalleryFolder:
    """People in a folder. It holds encodings, never pictures, and the encoder that made them.

    The encoder is copied into the folder when the first person is enrolled, and stays: distances
    mean nothing between the encodings of two encoders.
    """

    @checked
    def __init__(self, folder: Path, encoder: FaceEncoder, people: Gallery) -> None:
        self.folder, self.encoder, self.people = folder, encoder, people
        self._seen: tuple[int, int] | None = None  # which version of the file `people` is

    @staticmethod
    @checked
    def there(folder: Name) -> bool:
        """Whether somebody is enrolled in a folder."""
        return (Path(folder) / _PEOPLE).is_file()

    @classmethod
    @checked
    def open(cls, folder: Name) -> GalleryFolder:
        """A folder where somebody is enrolled. Raises FileNotFoundError where nobody is."""
        path = Path(folder)
        if not cls.there(path):
            raise FileNotFoundError(
                f"nobody is enrolled in {path}: `minidl faces enrol NAME FILES --gallery {path}`"
            )
        seen = _stamp(path)
        encoder = FaceEncoder.load_file(path / _ENCODER)
        people = Gallery.load(path / _PEOPLE)
        if people.dimensions not in (None, encoder.dimensions):
            raise ValueError(
                f"{shown(path)} does not fit together: its encoder makes {encoder.dimensions} "
                f"numbers of a picture, its people have {people.dimensions}; enrol them again in "
                "another folder"
            )
        opened = cls(path, encoder, people)
        opened._seen = seen
        return opened

    @classmethod
    @checked
    def begin(cls, folder: Name, encoder: FaceEncoder, threshold: float) -> GalleryFolder:
        """An empty one in memory; the folder is made by `save`."""
        return cls(Path(folder), encoder, Gallery(threshold, encoder.dimensions))

    @checked
    def encode(self, files: Sequence[Name]) -> np.ndarray:
        """The encodings (N, d) of image files."""
        return encode_files(self.encoder, files)

    @checked
    def enrol(self, albums: Mapping[str, Sequence[Name]]) -> None:
        """Adds people and saves: {name: image files}. Where one file is bad, nobody is added."""
        encoded = {name: self.encode(files) for name, files in albums.items()}
        with self._changing():
            for name, encodings in encoded.items():
                self.people.enrol(name, encodings)

    @checked
    def remove(self, name: str) -> None:
        """Forgets a person and saves. Raises ValueError for who is not enrolled."""
        with self._changing():
            self.people.remove(name)

    @checked
    def recognise(self, files: Sequence[Name], top: int = 1) -> list[Match]:
        """Who is on each of the files."""
        return self.people.recognise(self.encode(files), top)

    def save(self) -> None:
        """Writes the gallery, and the encoder if it is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.there(self.folder):
            self.encoder.save_file(self.folder / _ENCODER)
        self.people.save(self.folder / _PEOPLE)
        self._seen = _stamp(self.folder)

    @contextlib.contextmanager
    def _changing(self) -> Iterator[None]:
        """Takes up what another command saved meanwhile, and saves what is changed inside."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with alone_in(self.folder):
            if self._seen != _stamp(self.folder):
                self._take_up()
            yield
            self.save()

    def _take_up(self) -> None:
        there, threshold = self.open(self.folder), self.people.threshold
        ours, theirs = self.encoder.state_dict(), there.encoder.state_dict()
        same = there.encoder.shape() == self.encoder.shape()
        if not same or any((ours[name] != theirs[name]).any() for name in ours):
            raise ValueError(
                f"{self.folder} was begun meanwhile with another encoder, and encodings of two "
                "encoders cannot be compared; give another folder for this one"
            )
        self.people = there.people
        self.people.threshold = threshold


def _stamp(folder: Path) -> tuple[int, int] | None:
    """Tells one version of the people's file from another; None where there is none."""
    file = folder / _PEOPLE
    return (file.stat().st_ino, file.stat().st_mtime_ns) if file.is_file() else None


def encode_files(encoder: FaceEncoder, files: Sequence[Name]) -> np.ndarray:
    """The encodings (N, d) of image files, each cut to its middle square."""
    if not len(files):
        raise ValueError("encode: given no files, expected at least one")
    return encoder.encode(np.stack([load_photo(file, encoder.size) for file in files]))
