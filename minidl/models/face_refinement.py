"""The five points of a face, looked at again, closer and in five turns.

A detector's points lean towards an upright face: of a head turned by 30 degrees they show about 20,
and the encoder's chip is as crooked as they are. So the face is cut out, turned a little each way,
and the points of these looks are averaged, those of the best scores most.
"""

from __future__ import annotations

import numpy as np

from minidl.models.alignment import warp
from minidl.models.face import Face, decoded
from minidl.models.face_network import FaceNetwork
from minidl.tensor import Tensor, no_grad

TURNS = (-30, -15, 0, 15, 30)  # degrees
_SIDE = 128  # pixels of a look
_ROOM = 2.0  # sides of the box in a look
_SMALLEST = 24  # pixels of a face: of smaller ones there is no more to see
_LEAST = 0.3  # score of a look that counts
_SOFTNESS = 0.01  # of the score: a look that scores so much less weighs 1 / e
_ASTRAY = 0.2  # of a look's side, from its middle to that of the box: more is another face


def refined(network: FaceNetwork, image: np.ndarray, face: Face) -> Face:
    """The face of an image (3, H, W) with better points; score and box stay."""
    if face.size < _SMALLEST:
        return face
    maps = [_closer(face, degrees) for degrees in TURNS]
    with no_grad():
        said = network(Tensor(np.stack([warp(image, matrix, _SIDE) for matrix in maps])))
    scores, points = [], []
    for number, matrix in enumerate(maps):
        seen = [f for level in said for f in decoded(level, number, _LEAST) if _inside(f)]
        if seen:
            best = max(seen, key=lambda f: f.score)
            scores.append(best.score)
            points.append((best.points - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T)
    if not scores:
        return face
    weights = np.exp((np.array(scores) - max(scores)) / _SOFTNESS)
    mean = np.tensordot(weights / weights.sum(), np.stack(points), 1)
    return Face(face.score, face.box, mean)


def _closer(face: Face, degrees: float) -> np.ndarray:
    """The similarity (2, 3) that takes a face to the middle of a look, turned."""
    middle, side = (face.box[:2] + face.box[2:]) / 2, float((face.box[2:] - face.box[:2]).max())
    scale, angle = _SIDE / (_ROOM * side), np.deg2rad(degrees)
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    turn = np.array([[c, -s], [s, c]])
    return np.concatenate([turn, (_SIDE / 2 - turn @ middle)[:, None]], axis=1)


def _inside(face: Face) -> bool:
    """Whether a face has its middle near that of the look."""
    away = np.abs((face.box[:2] + face.box[2:]) / 2 - _SIDE / 2)
    return bool((away < _ASTRAY * _SIDE).all())
