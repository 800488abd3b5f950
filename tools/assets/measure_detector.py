"""Measures what minidl/models/assets/README.md says of the face detector's default score.

python tools/assets/measure_detector.py [PHOTO ...]

500 crops without people: of the photographs that minidl ships but the astronaut, of its artworks
and of textures drawn here, 48 to 384 pixels. How many claim a face at each score? And how high do
the faces score that are there: of the astronaut, the official portraits and photographs that are
given, upright, turned by 30 degrees both ways, mirrored, at half and at a quarter of the size.
"""

import sys
from collections.abc import Iterator

import numpy as np
from PIL import Image

from minidl import data
from minidl.models import FaceDetector

CROPS = 500
LEAST = 0.3  # what scores lower is not counted as anything
SCORES = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85)


def main(paths: list[str]) -> None:
    detector = FaceDetector.pretrained()
    claimed = np.array([_best(detector, crop) for crop in crops()])
    print(f"{CROPS} crops without people; the highest: {np.sort(claimed)[-8:].round(2)}")
    photographs = [data.sample_image(name) for name in ("astronaut", *data.PORTRAITS)]
    photographs += [data.load_image(path) for path in paths]
    faces = [(len(detector.detect(photo)), photo) for photo in photographs]
    there = sum(count for count, _ in faces)
    found = {}
    for name, change in CHANGES.items():
        scores = [_scores(detector, change(photo), count) for count, photo in faces]
        found[name] = np.concatenate(scores)
    for score in SCORES:
        wrong = (claimed >= score).mean()
        right = ", ".join(f"{name} {(s >= score).sum()}" for name, s in found.items())
        print(f"at {score:.2f}: {wrong:.1%} of the crops claim a face; of {there} found: {right}")


def _best(detector: FaceDetector, picture: np.ndarray) -> float:
    faces = detector.detect(picture, LEAST)
    return faces[0].score if faces else 0.0


def _scores(detector: FaceDetector, picture: np.ndarray, count: int) -> np.ndarray:
    """The `count` highest scores."""
    scores = [face.score for face in detector.detect(picture, LEAST)][:count]
    return np.pad(scores, (0, count - len(scores)))


def crops() -> Iterator[np.ndarray]:
    rng = np.random.default_rng(0)
    sources = [data.sample_image(name) for name in data.SAMPLE_IMAGES if name != "astronaut"]
    sources += [data.artwork(name) for name in data.ARTWORKS]
    sources += [*textures(rng)]
    for number in range(CROPS):
        source = sources[number % len(sources)]
        side = int(rng.integers(48, min(source.shape[1:]) + 1))
        top, left = (int(rng.integers(n - side + 1)) for n in source.shape[1:])
        yield source[:, top : top + side, left : left + side]


def textures(rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Noise at three grains, stripes, discs and squares, 256 x 256."""
    for grain in (1, 8, 32):
        squares = rng.random((3, 256 // grain, 256 // grain), np.float32)
        yield squares.repeat(grain, 1).repeat(grain, 2)
    rows, columns = np.mgrid[:256, :256].astype(np.float32)
    yield np.stack([0.5 + 0.5 * np.sin((rows + i * columns) / 6) for i in range(3)])
    for inside in (lambda x, y: x * x + y * y, lambda x, y: np.maximum(abs(x), abs(y)) ** 2):
        picture = np.full((3, 256, 256), 0.9, np.float32)
        for y, x, radius in rng.uniform((0, 0, 4), (256, 256, 40), (30, 3)):
            picture[:, inside(columns - x, rows - y) < radius**2] = rng.random((3, 1))
        yield picture


def _rotated(degrees: float, picture: np.ndarray) -> np.ndarray:
    image = Image.fromarray((picture.transpose(1, 2, 0) * 255).round().astype(np.uint8))
    turned = image.rotate(degrees, Image.Resampling.BICUBIC, expand=True)
    return np.asarray(turned, np.float32).transpose(2, 0, 1) / 255


CHANGES = {
    "upright": lambda p: p,
    "mirrored": lambda p: np.ascontiguousarray(p[:, :, ::-1]),
    "turned left": lambda p: _rotated(30, p),
    "turned right": lambda p: _rotated(-30, p),
    "half": lambda p: data.resize_image(p, max(p.shape) // 2),
    "quarter": lambda p: data.resize_image(p, max(p.shape) // 4),
}


if __name__ == "__main__":
    main(sys.argv[1:])
