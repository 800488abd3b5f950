"""Makes minidl/models/assets/drawn_check.safetensors: is a face photographed or drawn?

pip download scikit-image==0.26.0 --no-deps --dest WHEELS
python tools/assets/drawn_check.py WHEELS [PHOTO ...]

The photographs are the 100 faces of lfw_subset.npy in that wheel, grey, 25 x 25, of Labeled Faces
in the Wild (Huang and others, 2007); only the fitted direction goes into minidl, no picture.
The drawings are of the test split, in colour at 128 pixels, grey at 112 and grey at 56, so that
neither colour nor size gives them away. Every other person is kept back and counted. Photographs
that are given are counted, too, at three sizes: none may be called drawn. The SHA-256 that is
printed belongs in minidl/models/photo_weights.py.
"""

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from minidl import data, no_grad
from minidl.models import FaceDetector, FaceResNet, align, weights_file
from minidl.models.drawn_check import DrawnCheck, fisher
from minidl.models.photo_weights import DRAWN
from minidl.models.shipped import ASSETS

PEOPLE, SHRINK, LIMIT = 600, 0.3, -1.5


def main(wheels: Path, photos: list[str]) -> None:
    detector, network = FaceDetector.pretrained(), FaceResNet.pretrained()
    drawn = [features(detector, network, kind) for kind in drawings()]
    photographed = features(detector, network, wild(wheels))
    direction, offset = fisher(np.concatenate([d[::2] for d in drawn]), photographed, SHRINK)
    check = DrawnCheck(direction.astype(np.float32), offset, LIMIT)
    for name, kind in zip(("colour 128", "grey 112", "grey 56"), drawn, strict=True):
        print(f"drawn, kept back, {name}: {check.drawn(kind[1::2]).mean():.0%} are seen")
    print(f"fitted photographs: {check.drawn(photographed).mean():.1%} are called drawn")
    for longer in (1000, 640, 450):
        images = [data.resize_image(data.load_image(photo), longer) for photo in photos]
        found = features(detector, network, images)
        values = check.values(found) if len(found) else np.zeros(0)
        print(f"given, {longer} pixels, {len(found)} faces: from", values.round(1))
    path = ASSETS / DRAWN[0]
    weights_file.write(path, {"direction": check.direction}, {"offset": offset, "limit": LIMIT})
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


def features(detector: FaceDetector, network: FaceResNet, images: object) -> np.ndarray:
    """Of every face that is found (M, 256)."""
    chips = [align(i, face.points) for i in images for face in detector.detect(i)]
    with no_grad():
        parts = [
            network.features(np.stack(chips[i : i + 16])).data for i in range(0, len(chips), 16)
        ]
    return np.concatenate(parts) if parts else np.zeros((0, 256), np.float32)


def drawings() -> Iterator[list[np.ndarray]]:
    images = data.faces(range(PEOPLE), 1, size=128, split="test", seed=5).images
    half, rest = images[: PEOPLE // 2], images[PEOPLE // 2 :]
    middle = len(rest) // 2
    yield list(half)
    yield [data.resize_image(_grey(image), 112) for image in rest[:middle]]
    yield [data.resize_image(_grey(image), 56) for image in rest[middle:]]


def wild(wheels: Path) -> list[np.ndarray]:
    (wheel,) = wheels.glob("scikit_image-0.26.0-*.whl")
    stored = zipfile.ZipFile(wheel).read("skimage/data/lfw_subset.npy")
    faces = np.load(io.BytesIO(stored))[:100].astype(np.float32)
    return [_grey(face[None] / faces.max()) for face in faces]


def _grey(image: np.ndarray) -> np.ndarray:
    return np.repeat(image.mean(0, keepdims=True), 3, axis=0)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
