"""Measures what docs/faces.md says of forty people: one face a picture, one folder a person.

python tools/assets/measure_people.py FOLDER [LONGER]

FOLDER/ada/1.pgm, FOLDER/ada/2.pgm, FOLDER/bob/1.pgm ... are pictures of one person each. With
LONGER they are first shrunk to so many pixels along the longer side. The best face of each picture
is encoded, and all pairs of different pictures are compared.
"""

import sys
from pathlib import Path

import numpy as np

from minidl import data
from minidl.metric import equal_error_rate
from minidl.metric.verification import accept_rate
from minidl.models import FaceDetector, FaceResNet, align, all_pairs
from minidl.models.face_recognition import LIMIT


def main(folder: Path, longer: int | None = None) -> None:
    files = sorted(p for p in folder.glob("*/*") if p.suffix in {".pgm", ".png", ".jpg"})
    if not files:
        sys.exit(f"{folder}: no pictures there; expected FOLDER/PERSON/1.pgm (or .png, .jpg)")
    detector, chips, who = FaceDetector.pretrained(), [], []
    for path in files:
        image = data.load_image(path)
        image = data.resize_image(image, longer) if longer else image
        faces = detector.detect(image)
        if not faces:
            print("no face:", path)
            continue
        chips.append(align(image, faces[0].points))
        who.append(path.parent.name)
    distances, same = all_pairs(FaceResNet.pretrained().encode(np.stack(chips)), who)
    two, one = accept_rate(distances[~same], LIMIT).value, accept_rate(distances[same], LIMIT).value
    print(f"{len(chips)} of {len(files)} found, {len(set(who))} people, {len(same)} pairs")
    print(f"EER {equal_error_rate(distances, same):.2%}; at {LIMIT}: {two:.1%} match, "
          f"{1 - one:.1%} refused")  # fmt: skip


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3) or not all(word.isdecimal() for word in sys.argv[2:]):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
