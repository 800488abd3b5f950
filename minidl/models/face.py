"""A face that was found, and how faces are read out of what the network says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minidl.arguments import checked
from minidl.models.boxes import decode_boxes, decode_points, non_maximum_suppression
from minidl.models.face_network import Said

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

    @checked
    def moved(self, scale: float) -> Face:
        """The same face in a picture that is `scale` times as large."""
        if not 0 < scale < np.inf:
            raise ValueError(f"Face.moved: given scale={scale}, expected a number above 0")
        return Face(self.score, self.box * scale, self.points * scale)


def decoded(said: Said, picture: int, least: float) -> list[Face]:
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


def distinct(faces: list[Face]) -> list[Face]:
    """Each face once, best first."""
    if not faces:
        return []
    boxes = np.stack([face.box for face in faces])
    kept = non_maximum_suppression(boxes, [face.score for face in faces], _OVERLAP)
    return [faces[i] for i in kept]
