"""Arrays and a few words about them in one safetensors file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.files import Name, existing, replacing, shown
from minidl.nn.unreadable import unreadable

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
            text = (stored.metadata() or {}).get(_KEY)
            arrays = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (PermissionError, MemoryError):
        raise
    except Exception as error:  # the decoder raises its own type, KeyError, TypeError, ...
        raise unreadable(path, error, "is not a file that minidl wrote") from error
    return arrays, _about(path, text, list(arrays))


def _about(path: Name, text: str | None, names: list[str]) -> dict[str, Any]:
    if text is None:
        held = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "") or "no arrays"
        raise ValueError(
            f"{shown(path)} is not a file that minidl wrote for this: it holds {shown(held)}, and "
            "no words about them; if these are weights, nn.load reads them"
        )
    try:
        about = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{shown(path)} is damaged: {error} in what is said about it") from error
    if not isinstance(about, dict):
        raise ValueError(f"{shown(path)} is damaged: what is said about it is no dict")
    return about
