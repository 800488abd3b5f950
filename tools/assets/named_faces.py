"""Draws docs/faces.png: a composite of photographs that may be shown, with everybody named.

`python tools/assets/named_faces.py`; seconds. Each person is enrolled from one picture that is
mirrored, grey and a third of the size; the composite shows the portraits beside the astronaut, one
of them turned, and the raccoon, who is nobody.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

from minidl import data
from minidl.models import FaceRecogniser, PhotoGallery
from minidl.models.alignment import warp
from minidl.vis import draw_faces

DOCS = Path(__file__).parents[2] / "docs"
NAMES = {"astronaut": "Eileen Collins", "obama": "Barack Obama", "biden": "Joe Biden"}
HEIGHT = 300  # pixels
TURN, ZOOM = 12, 1.25  # degrees of the one that is turned, and so much larger, to fill its square


def main() -> None:
    recogniser = FaceRecogniser()
    with tempfile.TemporaryDirectory() as folder:
        gallery = PhotoGallery.begin(folder)
        for name, person in NAMES.items():
            path = Path(folder) / f"{name}.png"
            data.save_image(_other(data.sample_image(name)), path)
            gallery.enrol(recogniser, {person: [path]})
        picture = composite()
        faces = gallery.recognise(recogniser, picture)
    for named in faces:
        print(named.match, "by a face of", round(named.seen.face.size), "pixels")
    names = [(named.match.name or "?") if named.match else "" for named in faces]
    boxes = [named.seen.face.box for named in faces]
    data.save_image(draw_faces(picture, boxes, names), DOCS / "faces.png")


def composite() -> np.ndarray:
    """The photographs side by side, as high as one another, (3, HEIGHT, W)."""
    photographs = [_square(data.sample_image(name)) for name in (*NAMES, "raccoon")]
    c, s = ZOOM * np.cos(np.deg2rad(TURN)), ZOOM * np.sin(np.deg2rad(TURN))
    turn = np.array([[c, -s], [s, c]])
    middle = np.full(2, HEIGHT / 2)
    matrix = np.concatenate([turn, (middle - turn @ middle)[:, None]], axis=1)
    photographs[1] = warp(photographs[1], matrix, HEIGHT)
    return np.concatenate(photographs, axis=2)


def _square(photo: np.ndarray) -> np.ndarray:
    """The upper square, at the composite's height."""
    _, height, width = photo.shape
    side, left = min(height, width), (width - min(height, width)) // 2
    return data.resize_image(photo[:, :side, left : left + side], HEIGHT)


def _other(photo: np.ndarray) -> np.ndarray:
    """The photograph mirrored, grey and small."""
    small = data.resize_image(photo[:, :, ::-1], max(photo.shape) // 3)
    return np.repeat(small.mean(0, keepdims=True), 3, axis=0)


if __name__ == "__main__":
    main()
