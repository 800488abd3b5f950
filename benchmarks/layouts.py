"""The same numbers in the memory layouts PyTorch knows, and in ours."""

from __future__ import annotations

import numpy as np
import torch

from minidl.kernels.machine import results

_LAST = {2: torch.channels_last, 3: torch.channels_last_3d}


def formats(rank: int) -> dict[str, torch.memory_format]:
    """PyTorch's layouts for `rank` spatial axes (there is only one in 1-D)."""
    plain = {"contiguous": torch.contiguous_format}
    return {**plain, "channels_last": _LAST[rank]} if rank in _LAST else plain


def ours(rng: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Standard normal float32 (N, C, *spatial), channels-last in memory, as kernels return it."""
    n, c, *spatial = shape
    drawn = results.empty((n, *spatial, c))
    drawn[...] = rng.standard_normal(drawn.shape, dtype=np.float32)
    return np.moveaxis(drawn, -1, 1)


def theirs(array: np.ndarray, layout: torch.memory_format) -> torch.Tensor:
    """A copy of (N, C, *spatial) for PyTorch."""
    return torch.tensor(np.ascontiguousarray(array)).contiguous(memory_format=layout)
