"""Examples put together to a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from minidl.arguments import spelt


def stacked(examples: list[Any]) -> Any:
    """Examples of one kind as one batch: arrays and numbers stacked along a new first axis.

    Tuples, lists (as tuples) and dicts of parts become a tuple or dict of batches of each; texts
    become an array of texts. Raises ValueError where shapes, lengths or names differ, TypeError for
    what no array can hold.
    """
    first = examples[0]
    if isinstance(first, Mapping):
        _check_all(examples, "names", lambda e: sorted(e) if isinstance(e, Mapping) else type(e))
        return {name: stacked([e[name] for e in examples]) for name in first}
    if isinstance(first, (tuple, list)):
        _check_all(examples, "lengths", lambda e: len(e) if isinstance(e, (tuple, list)) else -1)
        parts = [stacked(list(column)) for column in zip(*examples, strict=True)]
        return first._make(parts) if hasattr(first, "_make") else tuple(parts)
    arrays = [np.asarray(e) for e in examples]
    _check_all(arrays, "shapes", lambda a: a.shape)
    batch = np.stack(arrays)
    if batch.dtype == object:
        raise TypeError(
            f"DataLoader: given an example with {spelt(first)}, expected arrays, numbers, "
            "texts, or tuples, lists or dicts of them"
        )
    return batch


def _check_all(examples: list[Any], what: str, of: Any) -> None:
    """Raises ValueError unless `of` gives the same for all."""
    found = [of(example) for example in examples]
    different = [value for i, value in enumerate(found) if value not in found[:i]]
    if len(different) > 1:
        raise ValueError(
            f"DataLoader: examples of one batch have different {what} {different}, expected one"
        )
