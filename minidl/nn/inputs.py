"""What comes into a network as an array: it takes the dtype of the parameters there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from minidl.nn.module import Module


def adopted(value: Any, module: Module) -> Any:
    """An array of floats in the dtype of the module's parameters, if they agree on one.

    So it does not matter which layer comes first: an operation with a weight would convert the
    array, one without would not. All else is given back as it is: a Tensor's dtype is chosen.
    """
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
        return value
    if value.dtype == next((p.dtype for p in module.parameters()), None):
        return value
    dtypes = {p.dtype for p in module.parameters() if p.dtype.kind == "f"}
    return value.astype(dtypes.pop()) if len(dtypes) == 1 else value
