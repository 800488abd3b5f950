"""A folder that recognises drawn people: the encoder's weights, and those enrolled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from minidl.arguments import checked
from minidl.files import Name, shown
from minidl.metric import Gallery
from minidl.metric.gallery import Match
from minidl.models.face_encoder import FaceEncoder
from minidl.models.people_folder import PeopleFolder
from minidl.models.photos import load_photo

_ENCODER = "encoder.safetensors"


class GalleryFolder(PeopleFolder):
    """People in a folder. It holds encodings, never pictures, and the encoder that made them.

    The encoder is copied into the folder when the first person is enrolled, and stays: distances
    mean nothing between the encodings of two encoders.
    """

    @checked
    def __init__(self, folder: Path, encoder: FaceEncoder, people: Gallery) -> None:
        super().__init__(folder, people)
        self.encoder = encoder

    @classmethod
    def _opened(cls, path: Path, people: Gallery) -> GalleryFolder:
        if people.made_by:
            raise ValueError(
                f"{path} holds people of photographs, enrolled by {people.made_by}; leave out "
                "--drawn, or give another --gallery"
            )
        encoder = FaceEncoder.load_file(path / _ENCODER)
        if people.dimensions not in (None, encoder.dimensions):
            raise ValueError(
                f"{shown(path)} does not fit together: its encoder makes {encoder.dimensions} "
                f"numbers of a picture, its people have {people.dimensions}; enrol them again in "
                "another folder"
            )
        return cls(path, encoder, people)

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
    def recognise(self, files: Sequence[Name], top: int = 1) -> list[Match]:
        """Who is on each of the files."""
        return self.people.recognise(self.encode(files), top)

    def save(self) -> None:
        """Writes the gallery, and the encoder if it is not there yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.there(self.folder):
            self.encoder.save_file(self.folder / _ENCODER)
        super().save()

    def _check_same(self, there: GalleryFolder) -> None:
        ours, theirs = self.encoder.state_dict(), there.encoder.state_dict()
        same = there.encoder.shape() == self.encoder.shape()
        if not same or any((ours[name] != theirs[name]).any() for name in ours):
            raise ValueError(
                f"{self.folder} was begun meanwhile with another encoder, and encodings of two "
                "encoders cannot be compared; give another folder for this one"
            )


def encode_files(encoder: FaceEncoder, files: Sequence[Name]) -> np.ndarray:
    """The encodings (N, d) of image files, each cut to its middle square."""
    if not len(files):
        raise ValueError("encode: given no files, expected at least one")
    return encoder.encode(np.stack([load_photo(file, encoder.size) for file in files]))
