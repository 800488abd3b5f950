"""What comes into a network as an array: it takes the dtype of the parameters there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from minidl.tensor import Tensor


def adopted(value: Any, parameters: Callable[[], Iterable[Tensor]]) -> Any:
    """An array of floats in the dtype of a module's parameters, if they agree on one.

    So it does not matter which layer comes first: an operation with a weight would convert the
    array, one without would not. All else is given back as it is: a Tensor's dtype is chosen.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    if value.dtype == next((p.dtype for p in parameters()), None):
        return value
    dtypes = {p.dtype for p in parameters() if p.dtype.kind == "f"}
    return value.astype(dtypes.pop()) if len(dtypes) == 1 else value
