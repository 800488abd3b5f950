"""Several operations in one pass over memory, and whole networks as one call of compiled code.

For where no gradient is asked for, and nobody looks at what lies between (`allowed`); networks
that call these say beside it, in ordinary operations, what they compute.
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from minidl import anomaly
from minidl.functional.windows import Padding, conv_spec
from minidl.kernels import conv as kernel
from minidl.kernels.choice import compiled
from minidl.kernels.geometry import result_shape
from minidl.kernels.machine import trace
from minidl.kernels.machine.kept import is_immutable
from minidl.kernels.passes import joining
from minidl.ops.registry import untouched
from minidl.tensor import Tensor, is_recording

Function = Callable[[Tensor], Sequence[Tensor]]

_CONV_FORWARD = kernel.conv_forward
_SHAPES = 4  # of inputs, for each network, that are remembered
_CALLS = 3  # of a shape, the last of which is recorded


def allowed() -> bool:
    """Whether no gradient is asked for, no operation is watched, and none has been replaced."""
    if is_recording() or anomaly.is_watching():
        return False
    return kernel.conv_forward is _CONV_FORWARD and untouched()


def residual(x: Tensor, weight: Tensor, bias: Tensor, skip: Tensor, padding: Padding = 0) -> Tensor:
    """relu(conv2d(x, weight, bias, padding=padding) + skip), skip of the shape of the sum."""
    spec = conv_spec("residual", 2, x.shape, weight.shape, 1, padding, 1, 1)
    expected = result_shape(x.shape, weight.shape, spec)
    if skip.shape != expected:
        raise ValueError(f"residual: given skip {skip.shape}, expected {expected}")
    y = kernel.residual_forward(x._array, weight._array, bias._array, skip._array, spec)
    return Tensor._wrap(y)


def averaged(coarse: Tensor, fine: Tensor) -> Tensor:
    """relu(coarse + avg_pool2d(fine, 2)), the smaller filled with zeros at its ends."""
    return Tensor._wrap(joining.add_averaged(coarse._array, fine._array))


def enlarged(fine: Tensor, coarse: Tensor) -> Tensor:
    """fine (N, C, 2 H, 2 W) + coarse (N, C, H, W), each value of which meets a block of 2 x 2."""
    return Tensor._wrap(joining.add_enlarged(fine._array, coarse._array))


class Replayed:
    """A function of frozen weights, replayed as a program from the third call of a shape on.

    A picture that comes once is not worth recording, which takes as long as some calls.
    """

    def __init__(self) -> None:
        # What all depended on, and by shape and threads how many calls there were, or a program.
        self._known: tuple[list[Any], OrderedDict[Any, Any]] = [], OrderedDict()

    def __call__(self, function: Function, x: Tensor, state: list[Any]) -> list[Tensor]:
        """What function(x) is, in a list; the caller has asked whether that is `allowed`.

        state: all that the function depends on. Where any of it is another object than in the call
        before, all is recorded anew; what is in its arrays can only stay if they are frozen.
        """
        before, seen = self._known
        if len(state) != len(before) or not all(map(operator.is_, state, before)):
            self._known = state, seen = state, OrderedDict()
        program = _program(seen, function, x._array, state)
        if program is None:
            return list(function(x))
        return [Tensor._wrap(y) for y in program(x._array)]


def _program(
    seen: OrderedDict[Any, Any], function: Function, x: np.ndarray, state: list[Any]
) -> Any:
    """The program for such an x, if it is worth one, or None; `seen` is brought up to date."""
    if x.dtype != np.float32 or trace.ON or not x.size or not compiled():
        return None
    from minidl.kernels.machine.threads import get_num_threads

    key = x.shape, get_num_threads()
    found = seen.pop(key, 0)
    if isinstance(found, int):
        found = found + 1 if found + 1 < _CALLS else _recorded(function, x, state)
    seen[key] = found
    while len(seen) > _SHAPES:
        seen.popitem(last=False)
    return None if isinstance(found, int) else found


def _recorded(function: Function, x: np.ndarray, state: list[Any]) -> Any:
    """The program; None where there is none."""
    from minidl.kernels.machine.program import Program

    if not all(is_immutable(a) for a in state if isinstance(a, np.ndarray)):
        return None
    try:
        return Program(lambda a: [y._array for y in function(Tensor._wrap(a))], x)
    except ValueError:
        return None
