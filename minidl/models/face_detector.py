"""Where the faces are in a photograph: boxes, five points each, and scores."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.data import resize_image
from minidl.models.face import Face, decoded, distinct
from minidl.models.face_network import FaceNetwork
from minidl.models.face_refinement import refined
from minidl.models.frozen import frozen
from minidl.nn import Module
from minidl.tensor import Tensor, no_grad

SCORE = 0.75  # the least score of a face; chosen by tools/assets/measure_detector.py
LONGER = 640  # pixels of the longer side, as it is looked at for small faces
SHORT = 160  # and once more for faces that fill the picture
_GRID = 32  # pixels of the coarsest stride, which height and width must be multiples of
_LARGEST = 224  # pixels of a face as it is looked at; larger ones are found in the smaller picture


class FaceDetector(Module):
    """Finds the faces in photographs: `FaceDetector.pretrained().detect(image)`.

    The network (`FaceNetwork`, 75,000 weights) sees each picture twice: at 640 pixels for small
    faces, and at 160 for those that fill the picture; faces of 10 to 300 pixels there are what it
    was trained on. Pictures that are smaller are enlarged. Then each face's points are refined.
    """

    def __init__(self) -> None:
        self.network = FaceNetwork()

    @classmethod
    def pretrained(cls) -> FaceDetector:
        """The detector with the weights shipped with minidl, ready for use.

        Where they come from and what was measured: minidl/models/assets/README.md.
        """
        from minidl.models.photo_weights import detector_weights

        detector = cls()
        detector.network.load_state_dict(detector_weights())
        return frozen(detector)

    @checked
    def detect(
        self, image: Numbers, score: float = SCORE, *, longer: int = LONGER, profiles: bool = False
    ) -> Any:
        """The faces in a picture (3, H, W), floats 0 to 1, best first; [] where there is none.

        Of a batch (N, 3, H, W) a list of such lists. score: the least that counts as a face.
        longer: the longer side at which small faces are looked for; more finds smaller ones and
        takes longer. profiles: heads turned by so much that an eye is hidden are left out unless
        this is True: their points are guesses, and nobody can be recognised by them.
        Raises TypeError or ValueError for what is not such a picture.
        """
        pictures = _checked(image)
        if not 0 < score <= 1 or longer < _GRID:
            raise ValueError(
                f"detect: given score={score} and longer={longer}, expected more than 0 and at "
                f"most 1, and at least {_GRID}"
            )
        if pictures.ndim == 3:
            return self._faces(pictures[None], score, longer, profiles)[0]
        return self._faces(pictures, score, longer, profiles)

    def _faces(
        self, pictures: np.ndarray, score: float, longer: int, profiles: bool
    ) -> list[list[Face]]:
        found: list[list[Face]] = [[] for _ in pictures]
        actual, looked = max(pictures.shape[2:]), pictures
        for side in _sides(actual, longer):  # the smaller picture is made of the larger one
            looked = _resized(looked, side)
            scale = max(looked.shape[2:]) / actual
            for faces, more in zip(found, self._at(looked, score), strict=True):
                faces.extend(face.moved(1 / scale) for face in more)
        refined_faces = [
            [refined(self.network, picture, face) for face in distinct(faces)]
            for picture, faces in zip(pictures, found, strict=True)
        ]
        return [[f for f in faces if profiles or not f.profile] for faces in refined_faces]

    def _at(self, pictures: np.ndarray, score: float) -> list[list[Face]]:
        """What is found in each of pictures (N, 3, H, W) as large as they are."""
        with no_grad():
            said = self.network(Tensor(_canvas(pictures)))
        return [
            [f for level in said for f in decoded(level, i, score) if f.size <= _LARGEST]
            for i in range(len(pictures))
        ]


def _checked(image: Any) -> np.ndarray:
    """The pictures (3, H, W) or (N, 3, H, W) as an array."""
    pictures = np.asarray(image)
    if pictures.dtype.kind != "f":
        raise TypeError(
            f"detect: given {pictures.dtype} values, expected floats from 0 to 1 (bytes / 255)"
        )
    if pictures.ndim not in (3, 4) or pictures.shape[-3] != 3 or 0 in pictures.shape[-2:]:
        raise ValueError(
            f"detect: given shape {pictures.shape}, expected (3, H, W) or (N, 3, H, W)"
        )
    if pictures.size and not -0.01 <= pictures.min() <= pictures.max() <= 1.01:
        raise ValueError(
            f"detect: given values from {pictures.min():g} to {pictures.max():g}, expected 0 to 1"
        )
    return pictures


def _sides(actual: int, longer: int) -> list[int]:
    """The longer sides at which a picture is looked at; for small faces it is at most doubled."""
    return sorted({min(SHORT, longer), min(longer, max(SHORT, 2 * actual))}, reverse=True)


def _resized(pictures: np.ndarray, longer: int) -> np.ndarray:
    return np.stack([resize_image(picture, longer) for picture in pictures])


def _canvas(pictures: np.ndarray) -> np.ndarray:
    """Pictures on black that is a multiple of the grid high and wide."""
    height, width = pictures.shape[2:]
    return np.pad(pictures, ((0, 0), (0, 0), (0, -height % _GRID), (0, -width % _GRID)))
