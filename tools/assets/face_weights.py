"""Makes minidl/models/assets/faces.safetensors of what `minidl faces train` wrote.

python tools/assets/face_weights.py encoder.safetensors

Weights are stored as float16, which halves the file; the figures that are printed, and kept in the
file, are of the encoder as it is stored. The SHA-256 belongs in minidl/models/shipped.py.
"""

import hashlib
import sys

import numpy as np

from minidl.models import FaceEncoder, weights_file
from minidl.models.measuring import faces_report
from minidl.models.shipped import ASSETS, FACES


def main(source: str) -> None:
    encoder = FaceEncoder.load_file(source)
    half = {name: array.astype(np.float16) for name, array in encoder.state_dict().items()}
    encoder.load_state_dict({name: array.astype(np.float32) for name, array in half.items()})
    report = faces_report(encoder)
    about = {
        "made by": encoder.about["made by"],
        "threshold": report.threshold,
        "figures": str(report.encoder),
    }
    path = ASSETS / FACES[0]
    weights_file.write(path, half, {**about, "encoder": encoder.shape()})
    for name, value in about.items():
        print(f"{name}: {value}")
    print(f"raw pixels: {report.pixels}")
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
