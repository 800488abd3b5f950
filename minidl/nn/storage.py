"""Weights on disk, as safetensors: named arrays, never code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any, Protocol

import numpy as np

from minidl.arguments import checked, said
from minidl.files import Name, existing, replacing
from minidl.nn.unreadable import unreadable


class HasState(Protocol):
    """What can be saved: a Module, for instance."""

    def state_dict(self) -> Mapping[str, Any]: ...


Saved = Annotated[
    HasState | Mapping[str, Any], said(HasState | Mapping[str, Any], "a model or a dict")
]


@checked
def save(model: Saved, path: Name) -> None:
    """Writes a model's state, or any dict of arrays and numbers, to a safetensors file.

    It is written under a temporary name and renamed, so a failure leaves an older file untouched.
    Raises TypeError for values that are not arrays or numbers, ValueError for a name that comes
    twice or that the format keeps for itself, FileNotFoundError for a missing folder.
    """
    from safetensors.numpy import save as encode

    state = model if isinstance(model, Mapping) else model.state_dict()
    _check_names(state)
    encoded = encode({str(name): _storable(name, value) for name, value in state.items()})
    with replacing(path) as temporary:
        temporary.write_bytes(encoded)


@checked
def load(path: Name) -> dict[str, np.ndarray]:
    """The arrays in a safetensors file, by name.

    Raises FileNotFoundError where there is none and ValueError where it cannot be read, which says
    what the file is instead: a PyTorch file, one that is cut short, ...
    """
    from safetensors.numpy import load as decode

    encoded = existing(path).read_bytes()
    try:
        return decode(encoded)
    except Exception as error:  # the decoder raises its own type, KeyError, TypeError, ...
        raise unreadable(path, error) from error


def _check_names(state: Mapping[Any, Any]) -> None:
    names = [str(name) for name in state]
    if "__metadata__" in names:
        raise ValueError("save: given an array named __metadata__, which the format keeps for text")
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"save: given two arrays that are named {twice[0]} in the file")


def _storable(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value, order="C")
    except ValueError as error:
        raise TypeError(
            f"save: {name} is {type(value).__name__}, expected an array or a number ({error})"
        ) from error
    if array.dtype.kind == "c":
        raise TypeError(
            f"save: {name} holds {array.dtype}, expected floats, integers or booleans: save its "
            ".real and its .imag"
        )
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        what = array.dtype if isinstance(value, np.ndarray) else type(value).__name__
        raise TypeError(f"save: {name} is {what}, expected an array or a number")
    return array.astype(array.dtype.newbyteorder("="), copy=False)
