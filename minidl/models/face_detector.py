"""Where the faces are in a photograph: boxes, five points each, and scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from minidl.data import resize_image
from minidl.models.boxes import decode_boxes, decode_points, non_maximum_suppression
from minidl.models.face_network import FaceNetwork, Said
from minidl.nn import Module
from minidl.tensor import Tensor, no_grad

SCORE = 0.75  # the least score of a face; chosen by tools/assets/measure_detector.py
LONGER = 640  # pixels of the longer side, as it is looked at for small faces
SHORT = 160  # and once more for faces that fill the picture
_GRID = 32  # pixels of the coarsest stride, which height and width must be multiples of
_LARGEST = 224  # pixels of a face as it is looked at; larger ones are found in the smaller picture
_OVERLAP = 0.3  # two boxes that share more are one face
_BESIDE = 0.65  # of the distance of the eyes, from their middle to the nose: beyond, a profile
_NARROW = 0.5  # of the distance from eyes to mouth, between the eyes: below, a profile


@dataclass(frozen=True)
class Face:
    """A face in a picture; places are in pixels from the upper left corner, x before y.

    score: from 0 to 1. box: (4,), left, top, right, lower edge; may reach beyond the picture.
    points: (5, 2), the eye on the picture's left, the other eye, the tip of the nose, the corner of
    the mouth on the picture's left, the other corner.
    """

    score: float
    box: np.ndarray
    points: np.ndarray

    @property
    def size(self) -> float:
        """The box's shorter side."""
        return float((self.box[2:] - self.box[:2]).min())

    @property
    def profile(self) -> bool:
        """Whether the head is turned so far that one eye is hidden, and its point a guess.

        Either the tip of the nose lies beyond an eye, or the eyes look less than half as far apart
        as eyes and mouth; in the encoder's mean shape they are 0.94 times as far apart.
        """
        left, right, nose = self.points[:3]
        eyes, middle = right - left, (left + right) / 2
        apart = float(np.hypot(*eyes))
        beside = abs(float((nose - middle) @ eyes)) / apart if apart else 0.0
        down = float(np.hypot(*(self.points[3:].mean(0) - middle)))
        return beside > _BESIDE * apart or apart < _NARROW * down

    def moved(self, scale: float) -> Face:
        """The same face in a picture that is `scale` times as large."""
        return Face(self.score, self.box * scale, self.points * scale)


class FaceDetector(Module):
    """Finds the faces in photographs: `FaceDetector.pretrained().detect(image)`.

    The network (`FaceNetwork`, 75,000 weights) sees each picture twice: at 640 pixels for small
    faces, and at 160 for those that fill the picture; faces of 10 to 300 pixels there are what it
    was trained on. Pictures that are smaller are enlarged.
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
        return detector.requires_grad_(False).eval()

    def detect(
        self, image: Any, score: float = SCORE, *, longer: int = LONGER, profiles: bool = False
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
        actual = max(pictures.shape[2:])
        for side in _sides(actual, longer):  # the smaller picture is made of the larger one
            pictures = _resized(pictures, side)
            scale = max(pictures.shape[2:]) / actual
            for faces, more in zip(found, self._at(pictures, score), strict=True):
                faces.extend(face.moved(1 / scale) for face in more)
        return [[f for f in _distinct(faces) if profiles or not f.profile] for faces in found]

    def _at(self, pictures: np.ndarray, score: float) -> list[list[Face]]:
        """What is found in each of pictures (N, 3, H, W) as large as they are."""
        with no_grad():
            said = self.network(Tensor(_canvas(pictures)))
        return [
            [f for level in said for f in _decoded(level, i, score) if f.size <= _LARGEST]
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


def _decoded(said: Said, picture: int, least: float) -> list[Face]:
    """The faces that one scale says are in a picture: sqrt(P(face) P(object)) is the score."""
    logits = (said.face.data[picture, 0], said.object.data[picture, 0])
    face, thing = (1 / (1 + np.exp(-logit.astype(np.float64))) for logit in logits)
    scores = np.sqrt(face * thing)
    rows, columns = np.nonzero(scores >= least)
    cells = np.stack([columns, rows], axis=1)
    boxes = decode_boxes(said.box.data[picture][:, rows, columns].T, cells, said.stride)
    points = decode_points(said.points.data[picture][:, rows, columns].T, cells, said.stride)
    found = zip(scores[rows, columns], boxes, points, strict=True)
    return [Face(float(score), box, five) for score, box, five in found]


def _distinct(faces: list[Face]) -> list[Face]:
    """Each face once, best first."""
    if not faces:
        return []
    boxes = np.stack([face.box for face in faces])
    kept = non_maximum_suppression(boxes, [face.score for face in faces], _OVERLAP)
    return [faces[i] for i in kept]
