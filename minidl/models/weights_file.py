"""Arrays and a few words about them in one safetensors file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.files import Name, existing, replacing

_KEY = "minidl"


def write(path: Name, arrays: Mapping[str, np.ndarray], about: Mapping[str, Any]) -> None:
    """Writes named arrays and `about` (anything JSON can hold); an older file stays on failure."""
    from safetensors.numpy import save

    tensors = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    encoded = save(tensors, metadata={_KEY: json.dumps(about)})
    with replacing(path) as temporary:
        temporary.write_bytes(encoded)


def read(path: Name) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """What `write` wrote. Raises FileNotFoundError, or ValueError for what it did not write."""
    from safetensors import safe_open

    file = existing(path)
    try:
        with safe_open(file, "np") as stored:
            about = json.loads((stored.metadata() or {})[_KEY])
            return {name: stored.get_tensor(name) for name in stored.keys()}, about  # noqa: SIM118
    except Exception as error:  # the decoder raises its own type, KeyError, TypeError, ...
        raise ValueError(
            f"{path} is not a file that minidl wrote, or it is damaged ({error})"
        ) from error
