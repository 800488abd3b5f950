"""Where set 03 takes over: softmax and its loss, batch norm, optimisers, how weights begin."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.course.mine.graph import scalar_with_gradients
from minidl.course.mine.places import Function, forward, function
from minidl.functional.losses import _check_labels
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor

Array = np.ndarray


@forward("softmax", "ex03.softmax", place="F.softmax")
def _softmax(original: Function, mine: Function) -> Function:
    def softmax(x: Array, axis: int = -1) -> Any:
        if x.ndim != 2 or axis not in (1, -1):  # the exercise has rows of scores
            return original(x, axis)
        y = np.asarray(mine(x), x.dtype)
        return y, (lambda g: y * (g - (g * y).sum(1, keepdims=True)),)

    return softmax


@function(
    "minidl.functional.losses.cross_entropy",
    "ex03.softmax_cross_entropy",
    "ex03.softmax_cross_entropy_grad",
    place="F.cross_entropy and its gradient",
)
def _cross_entropy(original: Function, mine: Function, mine_grad: Function) -> Function:
    def gradients(*arguments: Array) -> tuple[Array]:
        return (mine_grad(*arguments),)

    def cross_entropy(input: Any, target: Any, weight: Any = None, **options: Any) -> Tensor:
        logits, labels = as_tensor(input), np.asarray(target)
        theirs: Tensor
        if logits.ndim != 2 or weight is not None or options:  # the exercise has rows of scores
            theirs = original(input, target, weight, **options)
            return theirs
        _check_labels(logits.shape, labels)
        if (labels < 0).any():  # to be ignored
            theirs = original(input, target)
            return theirs
        arguments = (logits.data, labels)
        return scalar_with_gradients("cross_entropy", mine, gradients, (logits,), arguments)

    return cross_entropy


@function("minidl.optim.sgd.SGD._update", "ex03.sgd_momentum_step", place="the step of optim.SGD")
def _sgd(original: Function, mine: Function) -> Function:
    def update(self: Any, p: Array, g: Array, t: int, *memory: Array) -> None:
        if self.dampening or self.nesterov or self.weight_decay:
            original(self, p, g, t, *memory)
            return
        velocity = memory[0] if memory else np.zeros_like(p)
        p[...], velocity[...] = mine(p, g, velocity, self.lr, self.momentum)
        return

    return update


@function("minidl.optim.adam.Adam._update", "ex03.adam_step", place="the step of optim.Adam")
def _adam(original: Function, mine: Function) -> Function:
    def update(self: Any, p: Array, g: Array, t: int, m: Array, v: Array) -> None:
        if self.weight_decay:
            g = self._decayed(p, g)
        options = (self.lr, self.beta1, self.beta2, self.eps)
        p[...], m[...], v[...] = mine(p, g, m, v, t, *options)

    return update


@function(
    "minidl.nn.init.kaiming_normal",
    "ex03.he_normal",
    place="how the weights of layers with ReLU begin",
)
def _he_normal(original: Function, mine: Function) -> Function:
    def kaiming_normal(
        shape: tuple[int, ...], seed: Seed = None, *, negative_slope: float = 0.0,
        mode: str = "fan_in",
    ) -> Array:  # fmt: skip
        if negative_slope or mode != "fan_in":
            result: Array = original(shape, seed, negative_slope=negative_slope, mode=mode)
            return result
        return np.asarray(mine(shape, generator(seed)), np.float32)

    return kaiming_normal


@forward("batch_standardize", "ex03.batch_norm_grad", place="the gradient of F.batch_norm of rows")
def _batch_norm(original: Function, mine: Function) -> Function:
    def batch_standardize(
        x: Array, weight: Array, bias: Array, eps: float = 1e-5,
        measured: tuple[Array, Array] | None = None,
    ) -> Any:  # fmt: skip
        y, vjps = original(x, weight, bias, eps, measured)
        if x.ndim != 2:  # the exercise has rows (N, D)
            return y, vjps
        known: list[tuple[Array, tuple[Array, Array, Array]]] = []

        def gradients(g: Array) -> tuple[Array, Array, Array]:
            """All three, which one call gives."""
            if not known or known[0][0] is not g:
                known[:] = [(g, mine(x, weight, g, eps))]
            return known[0][1]

        return y, tuple(lambda g, n=n: gradients(g)[n] for n in range(3))

    return batch_standardize
