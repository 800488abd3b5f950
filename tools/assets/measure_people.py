"""Measures what docs/faces.md says of forty people: one face a picture, one folder a person.

python tools/assets/measure_people.py FOLDER [LONGER]

FOLDER/ada/1.pgm, FOLDER/ada/2.pgm, FOLDER/bob/1.pgm ... are pictures of one person each. With
LONGER they are first shrunk to so many pixels along the longer side. The best face of each picture
is encoded, and all pairs of different pictures are compared; then each shrunk one with the others
as they are, by `asked` and `known` of minidl.models.small_faces.
"""

import sys
from pathlib import Path

import numpy as np

from minidl import data
from minidl.metric import equal_error_rate, pairwise_distances
from minidl.metric.verification import accept_rate
from minidl.models import FaceDetector, FaceResNet, align, all_pairs
from minidl.models.face_recognition import LIMIT
from minidl.models.small_faces import asked, known


def main(folder: Path, longer: int | None = None) -> None:
    files = sorted(p for p in folder.glob("*/*") if p.suffix in {".pgm", ".png", ".jpg"})
    if not files:
        sys.exit(f"{folder}: no pictures there; expected FOLDER/PERSON/1.pgm (or .png, .jpg)")
    network, chips = FaceResNet.pretrained(), faces(files, longer)
    found = list(chips)
    who = np.array([path.parent.name for path in found])
    pairs, same = all_pairs(network.encode(np.stack(list(chips.values()))), who)
    print(f"{len(found)} of {len(files)} found, {len(set(who))} people")
    report("one another", pairs, same)
    if longer is None:
        return
    whole = faces(found, None)
    both = [path for path in found if path in whole]
    who = np.array([path.parent.name for path in both])
    small = asked(network, np.stack([chips[path] for path in both]))
    distances = pairwise_distances(
        small, known(network, np.stack([whole[p] for p in both]))
    ).numpy()
    other = ~np.eye(len(both), dtype=bool)
    report("the others as they are", distances[other], (who[:, None] == who)[other])


def faces(files: list[Path], longer: int | None) -> dict[Path, np.ndarray]:
    """The chip of each picture on which a face is found."""
    detector, chips = FaceDetector.pretrained(), {}
    for path in files:
        image = data.load_image(path)
        image = data.resize_image(image, longer) if longer else image
        if found := detector.detect(image):
            chips[path] = align(image, found[0].points)
        else:
            print("no face:", path)
    return chips


def report(what: str, distances: np.ndarray, same: np.ndarray) -> None:
    two, one = accept_rate(distances[~same], LIMIT).value, accept_rate(distances[same], LIMIT).value
    print(f"{what}: {len(same)} pairs, EER {equal_error_rate(distances, same):.2%}; "
          f"at {LIMIT}: {two:.1%} match, {1 - one:.1%} refused")  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not all(word.isdecimal() for word in sys.argv[2:]):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
