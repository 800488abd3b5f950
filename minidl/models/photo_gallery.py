"""A folder that recognises people on photographs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.data import load_image
from minidl.files import Name
from minidl.metric import Gallery
from minidl.metric.gallery import Match
from minidl.models.face_recognition import LIMIT, MADE_BY, FaceRecogniser, SeenFace
from minidl.models.face_resnet import DIMENSIONS
from minidl.models.people_folder import PeopleFolder
from minidl.progress import progress


class Named(NamedTuple):
    """A face on a photograph and who it is; no match where it cannot be recognised."""

    seen: SeenFace
    match: Match | None


class PhotoGallery(PeopleFolder):
    """People in a folder, by encodings of their photographs, which are not kept.

    The file says by which detector, alignment and encoder they were made; others are refused.
    """

    @classmethod
    def _opened(cls, path: Path, people: Gallery) -> PhotoGallery:
        if people.made_by != MADE_BY:
            drawn = "the encoder of drawn faces (--drawn goes on with it)"
            raise ValueError(
                f"{path} was enrolled by {people.made_by or drawn}, and distances mean nothing "
                f"between that and {MADE_BY}; enrol the people in another --gallery"
            )
        return cls(path, people)

    @classmethod
    @checked
    def begin(cls, folder: Name, threshold: float = LIMIT) -> PhotoGallery:
        """An empty one in memory; the folder is made by `save`."""
        return cls(Path(folder), Gallery(threshold, FaceRecogniser.dimensions, made_by=MADE_BY))

    @checked
    def enrol(
        self, recogniser: FaceRecogniser, albums: Mapping[str, Sequence[Name]], quiet: bool = False
    ) -> None:
        """Adds people and saves: {name: photographs}, each of one face.

        Where one photograph cannot be used, nobody is added (NoFaceError, a ValueError).
        """
        pairs = [(name, file) for name, files in albums.items() for file in files]
        encoded: dict[str, list[np.ndarray]] = {}
        for name, file in progress(pairs, label="enrolling", quiet=quiet or len(pairs) < 3):
            seen = recogniser.only(load_image(file), file)
            encoded.setdefault(name, []).append(recogniser.remembered(seen))
        with self._changing():
            for name, encodings in encoded.items():
                self.people.enrol(name, np.stack(encodings))

    @checked
    def recognise(self, recogniser: FaceRecogniser, image: Numbers, top: int = 1) -> list[Named]:
        """Who each face on an image (3, H, W) is, from left to right."""
        if top < 1:
            raise ValueError(f"recognise: given top={top}, expected at least 1")
        large = self.people.part(slice(DIMENSIONS))
        small = self.people.part(slice(DIMENSIONS, None))
        named = []
        for seen in recogniser.look(image):
            match = None
            if seen.encoding is not None:
                people = small if seen.small else large
                (match,) = people.recognise(recogniser.question(seen), top)
            named.append(Named(seen, match))
        return named
