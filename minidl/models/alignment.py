"""A face turned upright: its five points are taken nearest to where the encoder expects them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from minidl.arguments import Numbers, checked

if TYPE_CHECKING:
    from PIL.Image import Image as PILImage

CHIP = 150  # pixels along a chip's side
_PADDING = 0.25  # of the mean shape's side, around it
_MOST = 16  # times that a picture is enlarged by Lanczos's filter; smaller ones show nothing
_REACH = 3  # pixels on either side from which Lanczos's filter makes one

# Where the five points lie in dlib's mean shape, whose unit is the side of a face: the middles of
# the eyes' six points each, the tip of the nose, the corners of the mouth (landmarks 36 to 41, 42
# to 47, 30, 48 and 54 of `get_face_chip_details` in dlib/image_transforms/interpolation.h). The
# network was trained on chips made with that shape, and these are the points YuNet gives. On the
# left and right as the picture shows them.
_MEAN_SHAPE = np.array(
    [
        [0.225492, 0.215990],
        [0.754761, 0.215990],
        [0.490127, 0.515625],
        [0.254149, 0.780233],
        [0.726104, 0.780233],
    ]
)
TARGET = (_MEAN_SHAPE + _PADDING) / (1 + 2 * _PADDING) * CHIP
ALIGNMENT = "dlib's mean shape, 5 points, 150 pixels, enlarged by Lanczos"


@checked
def similarity(source: Numbers, target: Numbers) -> np.ndarray:
    """The similarity that takes points nearest to others, by least squares: a matrix (2, 3).

    source, target: (N, 2), N at least 2. The matrix [sR | t] (a scale above 0, a rotation, a shift;
    never a reflection) minimises the sum of |sR p + t - q|^2:
    with U S V' the SVD of the covariance of q and p and D = diag(1, det(U V')), R = U D V',
    s = trace(S D) / variance of p, t = mean q - sR mean p.
    Source: Umeyama, "Least-squares estimation of transformation parameters between two point
    patterns", 1991, equations 40 to 43.
    Raises ValueError for other shapes, numbers that are not finite, and points that all coincide.
    """
    p, q = np.asarray(source, np.float64), np.asarray(target, np.float64)
    if p.shape != q.shape or p.ndim != 2 or p.shape[1] != 2 or len(p) < 2:
        raise ValueError(
            f"similarity: given points {p.shape} and {q.shape}, expected (N, 2) twice, N >= 2"
        )
    if not (np.isfinite(p).all() and np.isfinite(q).all()):
        raise ValueError("similarity: given points that are NaN or infinite, expected numbers")
    mean_p, mean_q = p.mean(0), q.mean(0)
    variance = ((p - mean_p) ** 2).sum() / len(p)
    if variance == 0:
        raise ValueError(f"similarity: all {len(p)} points lie at {mean_p}; expected two places")
    u, s, v = np.linalg.svd((q - mean_q).T @ (p - mean_p) / len(p))
    d = np.array([1.0, np.sign(np.linalg.det(u @ v)) or 1.0])
    turned = (s * d).sum() / variance * (u * d) @ v
    return np.concatenate([turned, (mean_q - turned @ mean_p)[:, None]], axis=1)


@checked
def align(image: Numbers, points: Numbers) -> np.ndarray:
    """The face upright and at the encoder's size: a chip (3, 150, 150), float32, 0 to 1.

    image: (3, H, W), floats 0 to 1. points: (5, 2), x and y in pixels, in the order of
    `Face.points`. Where the face is larger than in the chip, every pixel of it counts; where it is
    smaller, it is enlarged by Lanczos's filter. What lies outside the picture is black, as in
    training.

    The target is the encoder's own mean shape (`TARGET`), and it decides:
    tools/assets/measure_faces.py moves it and prints the distances, see
    minidl/models/assets/README.md.
    Raises ValueError for other shapes and for points that no face can have.
    """
    pixels, places = np.asarray(image), np.asarray(points, np.float64)
    if pixels.ndim != 3 or len(pixels) != 3 or pixels.dtype.kind != "f" or not pixels.size:
        raise ValueError(
            f"align: given {pixels.dtype} of shape {pixels.shape}, expected floats (3, H, W)"
        )
    if places.shape != (5, 2):
        raise ValueError(f"align: given points {places.shape}, expected (5, 2)")
    return warp(pixels, similarity(places, TARGET), CHIP)


def warp(image: np.ndarray, matrix: np.ndarray, size: int) -> np.ndarray:
    """The square (3, size, size) that a similarity (2, 3) makes of an image (3, H, W), bilinear.

    Places are counted from the upper left corner of the picture, so the first pixel's middle lies
    at (0.5, 0.5). An image that gets smaller is shrunk first by a whole number, each pixel the mean
    of those it stands for; one that gets larger is enlarged first by a whole number with Lanczos's
    filter, since straight lines between few pixels look like no photograph. What lies outside the
    image is black.
    """
    from PIL import Image

    back = np.linalg.inv(np.vstack([matrix, [0, 0, 1]]))[:2]  # from the square to the image
    corners = np.array([[0, 0], [size, 0], [0, size], [size, size]]) @ back[:, :2].T + back[:, 2]
    pixels = float(np.hypot(*back[:, 0]))  # of the image to one of the square
    shrink, enlarge = max(1, int(pixels)), math.ceil(min(max(1, 1 / pixels), _MOST))
    low = np.floor(corners.min(0) - _REACH).astype(int).clip(0)
    high = np.ceil(corners.max(0) + shrink + _REACH).astype(int).clip(0)
    part = np.ascontiguousarray(image[:, low[1] : high[1], low[0] : high[0]], np.float32)
    if not part.size:
        return np.zeros((3, size, size), np.float32)
    back[:, 2] -= low
    rows = tuple((back * enlarge / shrink).ravel())
    channels = [
        _enlarged(Image.fromarray(channel).reduce(shrink), enlarge).transform(
            (size, size), Image.Transform.AFFINE, rows, Image.Resampling.BILINEAR
        )
        for channel in part
    ]  # fmt: skip
    return np.stack([np.asarray(channel) for channel in channels])


def _enlarged(channel: PILImage, times: int) -> PILImage:
    """A channel, 0 to 1, so many times as wide and high, and still 0 to 1."""
    from PIL import Image

    if times == 1:
        return channel
    size = (channel.width * times, channel.height * times)
    large = channel.resize(size, Image.Resampling.LANCZOS)
    return Image.fromarray(np.asarray(large).clip(0, 1))
