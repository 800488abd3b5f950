"""Every differentiable operation, one file per family; importing this registers them all."""

from minidl.ops import (
    activation,
    adaptive,
    batch_norm,
    classification,
    columns,
    conv,
    distance,
    elementwise,
    length,
    linalg,
    logic,
    numpy_functions,
    pool,
    reduce,
    resample,
    shape,
)
from minidl.ops.registry import OPS

__all__ = [
    "OPS",
    "activation",
    "adaptive",
    "batch_norm",
    "classification",
    "columns",
    "conv",
    "distance",
    "elementwise",
    "length",
    "linalg",
    "logic",
    "numpy_functions",
    "pool",
    "reduce",
    "resample",
    "shape",
]
