"""The weights of the one-pass painter, as they are shipped."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl.models import weights_file
from minidl.models.quantised import restored_by_row
from minidl.models.shipped import ASSETS, verified

PAINTER = (
    "painter.safetensors",
    "b89c5082dc9cb3ca393d9109b72cc50b968eb6d8393803d73de1a082331a67ac",
)


def painter_weights(folder: Path = ASSETS) -> dict[str, np.ndarray]:
    """The weights of `style.Painter.pretrained()`, float32, stored in eight bits.

    Raises FileNotFoundError if they are missing, ValueError if they are not what was shipped.
    """
    return restored_by_row(weights_file.read(verified(*PAINTER, folder))[0])
