"""Weights in eight bits: each array is 256 steps from its least value to its largest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np


def restored(
    arrays: Mapping[str, np.ndarray], steps: Mapping[str, Mapping[str, float]]
) -> dict[str, np.ndarray]:
    """Arrays of bytes as float32: value * scale + min; others (float16, float32) as float32.

    steps: {"scale", "min"} of each array of bytes. Raises ValueError where they are not known.
    """
    unknown = [n for n, a in arrays.items() if a.dtype == np.uint8 and n not in steps]
    if unknown:
        raise ValueError(f"the scale of {', '.join(unknown)} is not known")
    return {name: _restored(array, steps.get(name)) for name, array in arrays.items()}


def _restored(array: np.ndarray, step: Mapping[str, Any] | None) -> np.ndarray:
    single = array.astype(np.float32)
    return single if step is None else single * np.float32(step["scale"]) + np.float32(step["min"])


def restored_by_row(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Arrays NAME of int8 (K, ...) times their NAME.step (K,), float32; others as they are.

    Raises ValueError where a step is missing.
    """
    missing = [n for n, a in arrays.items() if a.dtype == np.int8 and f"{n}.step" not in arrays]
    if missing:
        raise ValueError(f"the step of {', '.join(missing)} is not known")
    found = {}
    for name, array in arrays.items():
        if name.endswith(".step"):
            continue
        if array.dtype == np.int8:
            step = arrays[f"{name}.step"]
            array = array.astype(np.float32) * step.reshape(-1, *[1] * (array.ndim - 1))
        found[name] = array
    return found
