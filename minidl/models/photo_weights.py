"""The weights of the detector and the encoder for photographs, as they are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl.models import weights_file
from minidl.models.quantised import restored
from minidl.models.shipped import ASSETS, verified

DETECTOR = (
    "face_detector.safetensors",
    "65319ebbbbddb20a7e0b81bd2a9a34e5784e441a4780e118960525d31a68740d",
)
RESNET = (
    "face_resnet.safetensors",
    "c997e83a9b30e7411765a2c35ebad83311358b67d6271c50bf7db53c3a0d6de3",
)
DRAWN = (
    "drawn_check.safetensors",
    "9a6ddf956bed2b9052efdc142b878c4e196871df24d15d6d2073d9c276df55f9",
)


def detector_weights(folder: Path = ASSETS) -> dict[str, np.ndarray]:
    """The weights of `FaceDetector.pretrained()`, float32.

    Raises FileNotFoundError if they are missing, ValueError if they are not what was shipped.
    """
    return weights_file.read(verified(*DETECTOR, folder))[0]


def resnet_weights(folder: Path = ASSETS) -> dict[str, np.ndarray]:
    """The weights of `FaceResNet.pretrained()`, float32, stored in eight bits.

    In the file a batch norm stands behind each convolution, as `.scale` and `.shift` (K,); here
    both are one: (w x + b) scale + shift = (w scale) x + (b scale + shift). Raises as above.
    """
    arrays, about = weights_file.read(verified(*RESNET, folder))
    return folded(restored(arrays, about["steps"]))


def folded(arrays: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Convolutions NAME.weight (K, C, R, S) and NAME.bias (K,) with their NAME.scale and .shift."""
    found = dict(arrays)
    for name in [n.removesuffix(".scale") for n in arrays if n.endswith(".scale")]:
        scale, shift = found.pop(f"{name}.scale"), found.pop(f"{name}.shift")
        found[f"{name}.weight"] = found[f"{name}.weight"] * scale[:, None, None, None]
        found[f"{name}.bias"] = found[f"{name}.bias"] * scale + shift
    return found
