"""Where the faces are in a photograph: a painter takes more care there, and so does a descent.

Strokes as wide as an eye wipe it away, and nobody is recognised by what is left. So where a face is
the content counts for more, in the layer where it is compared and in one that sees finer, and the
style for less: otherwise both are had, by a lattice.
"""

from __future__ import annotations

import numpy as np

FINER = "relu3_1"  # looked at for faces, too, where it is one of the style's
FINER_WEIGHT = 0.25  # beside 1 for the layer of the content
STYLE_LEFT = 0.8  # the share of the style that is asked of a face
REACH = 1.15  # how far a face is kept, in halves of its box: half as much there,
EDGE = 0.4  # all within REACH - EDGE, nothing beyond REACH + EDGE


def face_boxes(picture: np.ndarray) -> np.ndarray:
    """The boxes of the faces in a picture (3, H, W), 0 to 1: (faces, 4).

    Left, top, right, lower edge, in shares of the width and of the height, so that they hold for
    the picture at any size.
    """
    from minidl.models import FaceDetector

    height, width = picture.shape[1:]
    found = FaceDetector.pretrained().detect(picture, profiles=True)
    boxes = np.array([face.box for face in found]).reshape(-1, 4)
    shares: np.ndarray = boxes / (width, height, width, height)
    return shares


def face_mask(boxes: np.ndarray, height: int, width: int) -> np.ndarray:
    """How much each of height x width places belongs to a face, 0 to 1, float32.

    An ellipse around each box, with a soft edge; where two meet, the larger value.
    """
    down, right = (np.arange(height) + 0.5) / height, (np.arange(width) + 0.5) / width
    mask = np.zeros((height, width), np.float32)
    for left, top, end, bottom in boxes:
        beside = (right - (left + end) / 2) / ((end - left) / 2)
        below = (down - (top + bottom) / 2) / ((bottom - top) / 2)
        distance = np.hypot(beside, below[:, None])
        inside = ((REACH + EDGE - distance) / (2 * EDGE)).clip(0, 1)
        mask = np.maximum(mask, inside * inside * (3 - 2 * inside), dtype=np.float32)
    return mask
