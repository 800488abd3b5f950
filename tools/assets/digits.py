"""Makes minidl/data/assets/digits.npz from the digits.csv.gz that scikit-learn ships.

Usage: python tools/assets/digits.py PATH/TO/digits.csv.gz
The file lies in any scikit-learn wheel, at sklearn/datasets/data/digits.csv.gz.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

SOURCE_SHA256 = "09f66e6debdee2cd2b5ae59e0d6abbb73fc2b0e0185d2e1957e9ebb51e23aa22"
TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "digits.npz"
TEST_PER_CLASS = 50


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Images (1797, 8, 8) of 0 to 16 and labels (1797,), uint8, in the order of the file."""
    packed = path.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit(f"{path} has SHA-256 {found}, expected {SOURCE_SHA256}")
    rows = np.loadtxt(gzip.decompress(packed).decode().splitlines(), delimiter=",", dtype=np.uint8)
    return rows[:, :64].reshape(-1, 8, 8), rows[:, 64]


def in_test_set(labels: np.ndarray) -> np.ndarray:
    """True for 50 examples of each class, evenly spaced in the file: no seed to go out of date."""
    chosen = np.zeros(len(labels), bool)
    for label in range(10):
        places = np.flatnonzero(labels == label)
        steps = (np.arange(TEST_PER_CLASS) + 0.5) * len(places) / TEST_PER_CLASS
        chosen[places[steps.astype(int)]] = True
    return chosen


def main() -> None:
    images, labels = read(Path(sys.argv[1]))
    test = in_test_set(labels)
    np.savez_compressed(
        TARGET,
        train_images=images[~test],
        train_labels=labels[~test],
        test_images=images[test],
        test_labels=labels[test],
    )
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, SHA-256",
          hashlib.sha256(TARGET.read_bytes()).hexdigest())  # fmt: skip


if __name__ == "__main__":
    main()
