"""Measures what minidl/models/assets/README.md says of alignment and limit, on photographs.

python tools/assets/measure_faces.py PHOTO ...

Who is on a photograph is what its name begins with, before a digit or an underscore: ada.jpg and
ada2.jpg show one person; two_people.jpg of minidl's trial data shows the two others. The astronaut
and the portraits that ship are added. Each face is cut out four times, each time framed a little
differently, half of them mirrored, as grey pictures of 92 x 112, and these are shrunk to 46 x 56
and 23 x 28. Two cuts of one photograph are no pair.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np

from minidl import data
from minidl.data.samples import SAMPLES
from minidl.metric import equal_error_rate
from minidl.metric.verification import accept_rate
from minidl.models import FaceDetector, FaceResNet, all_pairs, similarity
from minidl.models.alignment import CHIP, TARGET, warp
from minidl.models.face_recognition import LIMIT

SIZES = {"as they are": None, "92 x 112": 112, "46 x 56": 56, "23 x 28": 28}
SHIFTS = {"the mean shape": (0, 1), "10 pixels lower": (10, 1), "5 lower": (5, 1),
          "5 higher": (-5, 1), "10 higher": (-10, 1), "a tenth smaller": (0, 0.9),
          "a tenth larger": (0, 1.1)}  # fmt: skip
PAIR = {"two_people": ("obama", "biden")}  # from left to right


class Cut(NamedTuple):
    picture: np.ndarray
    who: str
    photo: int


def main(paths: list[Path]) -> None:
    detector, network = FaceDetector.pretrained(), FaceResNet.pretrained()
    shipped = [SAMPLES / "astronaut.jpg", *sorted((SAMPLES / "portraits").glob("*.jpg"))]
    cuts = [c for i, path in enumerate([*shipped, *paths]) for c in _cuts(detector, path, i)]
    print(f"{len(cuts) // 4} faces of {len({c.who for c in cuts})} people")
    for size, longer in SIZES.items():
        pictures = [c.picture if longer is None else _small(c.picture, longer) for c in cuts]
        found = [detector.detect(picture) for picture in pictures]
        known = [i for i, faces in enumerate(found) if faces]
        print(f"\n{size}: found in {len(known)} of {len(cuts)}")
        for name, (down, scale) in SHIFTS.items():
            target = (TARGET - CHIP / 2) * scale + CHIP / 2 + [0, down]
            chips = [warp(pictures[i], similarity(found[i][0].points, target), CHIP) for i in known]
            print(f"  {name:16} {_report(network.encode(chips), [cuts[i] for i in known])}")


def _report(encodings: np.ndarray, cuts: list[Cut]) -> str:
    distances, same = all_pairs(encodings, [c.who for c in cuts])
    apart = ~all_pairs(encodings, [c.photo for c in cuts])[1]
    one, two = distances[apart & same], distances[apart & ~same]
    eer = equal_error_rate(distances[apart], same[apart])
    wrong, missed = accept_rate(two, LIMIT), 1 - accept_rate(one, LIMIT).value
    return (
        f"EER {eer:.1%}; at {LIMIT}: of {len(two)} pairs of two people {wrong.value:.1%} match, "
        f"of {len(one)} of one {missed:.1%} do not; "
        f"{one.max():.2f} at most, {two.min():.2f} at least"
    )


def _cuts(detector: FaceDetector, path: Path, photo: int) -> list[Cut]:
    image, rng, cuts = data.load_image(path), np.random.default_rng(photo), []
    faces = sorted(detector.detect(image), key=lambda face: face.box[0])
    names = PAIR.get(path.stem, (re.split(r"[\d_]", path.stem)[0],))
    for who, face in zip(names, faces, strict=True):
        for number in range(4):
            cut = _cut(image, face.box, rng)
            cuts.append(Cut(cut[:, :, ::-1].copy() if number % 2 else cut, who, photo))
    return cuts


def _cut(image: np.ndarray, box: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The face in a frame of 92 to 112, about one and a half times as wide as its box."""
    middle, width = (box[:2] + box[2:]) / 2, box[2] - box[0]
    middle = middle + rng.uniform(-0.08, 0.08, 2) * width
    half = width * rng.uniform(1.35, 1.6) / 2 * np.array([1, 112 / 92])
    left, top, right, bottom = np.round([*(middle - half), *(middle + half)]).astype(int)
    _, height, across = image.shape
    return image[:, max(top, 0) : min(bottom, height), max(left, 0) : min(right, across)].copy()


def _small(picture: np.ndarray, longer: int) -> np.ndarray:
    """Grey, first at 112 pixels, as a small picture from a file would be."""
    grey = np.repeat(data.resize_image(picture, 112).mean(0, keepdims=True), 3, axis=0)
    return data.resize_image(grey, longer)


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]])
