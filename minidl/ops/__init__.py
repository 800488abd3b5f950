"""Every differentiable operation, one file per family; importing this registers them all."""

from minidl.ops import (
    activation,
    batch_norm,
    conv,
    distance,
    elementwise,
    length,
    linalg,
    pool,
    reduce,
    shape,
)
from minidl.ops.registry import OPS

__all__ = [
    "OPS",
    "activation",
    "batch_norm",
    "conv",
    "distance",
    "elementwise",
    "length",
    "linalg",
    "pool",
    "reduce",
    "shape",
]
