"""Weights on disk, as safetensors: named arrays, never code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from minidl.files import Name, existing, replacing


class HasState(Protocol):
    """What can be saved: a Module, for instance."""

    def state_dict(self) -> Mapping[str, Any]: ...


def save(model: HasState | Mapping[str, Any], path: Name) -> None:
    """Writes a model's state, or any dict of arrays and numbers, to a safetensors file.

    It is written under a temporary name and renamed, so a failure leaves an older file untouched.
    Raises TypeError for values that are not arrays or numbers, FileNotFoundError for a missing
    folder.
    """
    from safetensors.numpy import save as encode

    if not isinstance(model, Mapping) and not hasattr(model, "state_dict"):
        raise TypeError(f"save: given {type(model).__name__}, expected a model or a dict")
    state = model if isinstance(model, Mapping) else model.state_dict()
    encoded = encode({str(name): _storable(name, value) for name, value in state.items()})
    with replacing(path) as temporary:
        temporary.write_bytes(encoded)


def load(path: Name) -> dict[str, np.ndarray]:
    """The arrays in a safetensors file, by name.

    Raises FileNotFoundError where there is none and ValueError where it cannot be read.
    """
    from safetensors.numpy import load as decode

    encoded = existing(path).read_bytes()
    try:
        return decode(encoded)
    except Exception as error:  # the decoder raises its own type, KeyError, TypeError, ...
        raise ValueError(
            f"{path} is not a readable safetensors file ({error}); "
            "it may be damaged or cut short: save or download it again"
        ) from error


def _storable(name: str, value: Any) -> np.ndarray:
    array = np.asarray(value, order="C")
    if array.dtype.kind not in "biuf":
        raise TypeError(f"save: {name} is {type(value).__name__}, expected an array or a number")
    return array
