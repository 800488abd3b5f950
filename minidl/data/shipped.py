"""Opens the data files that come with the package, once their contents have been verified."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path

import numpy as np

ASSETS = Path(__file__).parent / "assets"


def load_arrays(name: str, sha256: str, folder: Path = ASSETS) -> dict[str, np.ndarray]:
    """The arrays in assets/<name>, an .npz file, if the file has this SHA-256.

    Raises FileNotFoundError if it is missing, ValueError if it is not the file that was shipped.
    """
    path = folder / name
    if not path.is_file():
        raise FileNotFoundError(f"{path} is missing: install minidl again")
    packed = path.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != sha256:
        raise ValueError(f"{path} has SHA-256 {found}, not {sha256}: install minidl again")
    with np.load(io.BytesIO(packed), allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}
