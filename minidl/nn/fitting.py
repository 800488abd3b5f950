"""Whether saved arrays fit the ones they are to replace, and what to say where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple

import numpy as np

from minidl.arguments import spelt
from minidl.tensor import Tensor


class Mismatch(NamedTuple):
    """Names that `load_state_dict(strict=False)` ignored."""

    missing: list[str]
    unexpected: list[str]

    def explained(self, owner: str) -> str:
        """ "Linear.load_state_dict: missing weight; unexpected w (...)"."""
        parts = [f"{kind} {_some(names)}" for kind, names in self._asdict().items() if names]
        return f"{owner}.load_state_dict: {'; '.join(parts)} (strict=False passes them over)"


def _some(names: list[str], most: int = 5) -> str:
    more = [f"and {len(names) - most} more"] if len(names) > most else []
    return ", ".join([*map(str, names[:most]), *more])


State = Annotated[Mapping[str, Any], "checked by check_state"]


def check_state(owner: str, state: Any) -> None:
    """Raises TypeError for what is no dict of arrays: the name of a file, most often."""
    if not isinstance(state, Mapping):
        raise TypeError(
            f"{owner}.load_state_dict: given {spelt(state)}, expected a dict of arrays by "
            "name; a file is read by .load(path)"
        )


def fit(name: str, given: Any, own: Tensor | np.ndarray) -> np.ndarray:
    """A private copy of `given` in the dtype of `own`, if it has its shape and is all numbers.

    NaN is refused everywhere and infinity in what is trained; a buffer may mask with it.
    """
    array = _array(name, given)
    if array.shape != own.shape:
        raise ValueError(f"{name}: given shape {array.shape}, expected {own.shape}")
    if not np.can_cast(array.dtype, own.dtype, "same_kind"):
        raise TypeError(f"{name}: given {array.dtype}, expected {own.dtype}")
    with np.errstate(over="ignore"):  # float64 that float32 cannot hold becomes infinite
        fitting = np.array(array, dtype=own.dtype, order="C")
    bad = np.isnan(fitting) if isinstance(own, np.ndarray) else ~np.isfinite(fitting)
    if bad.any():
        what = "NaN" if np.isnan(fitting).any() else f"infinity, or more than {own.dtype} can hold,"
        raise ValueError(
            f"{name} has {what} in it ({int(bad.sum())} of {bad.size} values): the training that "
            "made it failed; take an earlier copy"
        )
    return fitting


def _array(name: str, given: Any) -> np.ndarray:
    try:
        return np.asarray(given)
    except Exception as error:  # a ragged list; a tensor of another library in bfloat16
        raise TypeError(
            f"{name}: given {type(given).__name__}, of which NumPy makes no array ({error})"
        ) from error
