"""The weights that come with the package, opened once their contents have been verified."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

ASSETS = Path(__file__).parent / "assets"
FACES = (
    "faces.safetensors",
    "982dfff4271ce46f87c92cb104414c76160b730883e4a762f35464d1c3de0039",
)


def face_weights(folder: Path = ASSETS) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Weights (float32; stored as float16) and description of `FaceEncoder.pretrained()`.

    Raises FileNotFoundError if they are missing, ValueError if they are not what was shipped.
    """
    from minidl.models import weights_file

    arrays, about = weights_file.read(verified(*FACES, folder))
    return {name: array.astype(np.float32) for name, array in arrays.items()}, about


def verified(name: str, sha256: str, folder: Path = ASSETS) -> Path:
    """The path of a shipped file, if it is there with this SHA-256; raises as `face_weights`."""
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: install minidl again")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != sha256:
        raise ValueError(f"{path} has SHA-256 {found}, not {sha256}: install minidl again")
    return path
