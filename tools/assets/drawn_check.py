"""Makes minidl/models/assets/drawn_check.safetensors: is a face photographed or drawn?

pip download scikit-image==0.26.0 --no-deps --dest WHEELS
python tools/assets/drawn_check.py WHEELS [PHOTO ...]

The photographs are the 100 faces of lfw_subset.npy in that wheel, grey, 25 x 25, of Labeled Faces
in the Wild (Huang and others, 2007), and the faces on the photographs that are given, in colour and
grey, at most 1000 pixels; only the fitted direction goes into minidl, no picture. With small grey
faces alone, 6 % of larger photographs were called drawn. The drawings are of the test split, in
colour at 128 pixels, grey at 112 and grey at 56, so that neither colour nor size gives them away.
Every other drawn person is kept back and counted; of the photographs given, a sixth is kept back
in turn. The SHA-256 that is printed belongs in minidl/models/photo_weights.py.
"""

import hashlib
import io
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from minidl import data
from minidl.models import FaceDetector, FaceResNet, align, weights_file
from minidl.models.drawn_check import DrawnCheck, fisher
from minidl.models.face_embedding import frozen_features
from minidl.models.face_recognition import SMALL
from minidl.models.photo_weights import DRAWN
from minidl.models.shipped import ASSETS

PEOPLE, SHRINK, LIMIT = 160, 0.3, -1.5
LONGER, FOLDS = 1000, 6


def main(wheels: Path, photos: list[str]) -> None:
    detector, network = FaceDetector.pretrained(), FaceResNet.pretrained()
    drawn = [encoded(network, chips(detector, kind)) for kind in drawings()]
    small = encoded(network, chips(detector, wild(wheels)))
    given = [encoded(network, both(chips(detector, [photograph(p)], SMALL))) for p in photos]
    fit(drawn, small, [features for features in given if len(features)])


def fit(drawn: list[np.ndarray], small: np.ndarray, given: list[np.ndarray]) -> None:
    """Fits, counts and writes. drawn: by kind; given: by photograph; features (M, 256)."""
    to_fit = np.concatenate([d[::2] for d in drawn])
    kept_back = []
    for fold in range(FOLDS):
        rest = [g for i, g in enumerate(given) if i % FOLDS != fold]
        check = _fitted(to_fit, np.concatenate([small, *rest]))
        kept_back += [check.values(g) for g in given[fold::FOLDS]]
    check = _fitted(to_fit, np.concatenate([small, *given]))
    for name, kind in zip(("colour 128", "grey 112", "grey 56"), drawn, strict=True):
        print(f"drawn, kept back, {name}: {check.drawn(kind[1::2]).mean():.0%} are seen")
    print(f"small photographs, fitted: {check.drawn(small).mean():.1%} are called drawn")
    values = np.sort(np.concatenate(kept_back))
    called = (values < LIMIT).mean()
    print(f"{len(values)} faces kept back in turn: {called:.1%}; lowest {values[:6].round(2)}")
    path, about = ASSETS / DRAWN[0], {"offset": check.offset, "limit": LIMIT}
    weights_file.write(path, {"direction": check.direction}, about)
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


def _fitted(drawn: np.ndarray, photographed: np.ndarray) -> DrawnCheck:
    direction, offset = fisher(drawn, photographed, SHRINK)
    return DrawnCheck(direction.astype(np.float32), offset, LIMIT)


def chips(detector: FaceDetector, images: list[np.ndarray], least: float = 0.0) -> list[np.ndarray]:
    """Of every face of `least` pixels or more that is found, upright."""
    found = [(image, face) for image in images for face in detector.detect(image)]
    return [align(image, face.points) for image, face in found if face.size >= least]


def both(colour: list[np.ndarray]) -> list[np.ndarray]:
    """Chips in colour and in grey."""
    return [chip for one in colour for chip in (one, _grey(one))]


def encoded(network: FaceResNet, faces: list[np.ndarray]) -> np.ndarray:
    """What the network's last block says of chips (M, 256)."""
    return frozen_features(network, np.stack(faces)) if faces else np.zeros((0, 256), np.float32)


def photograph(path: str) -> np.ndarray:
    image = data.load_image(path)
    return data.resize_image(image, min(LONGER, max(image.shape)))


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
