"""Where set 08 takes over: Gram matrices, a painting's costs and descent, norms that paint."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from minidl.course.mine.graph import scalar_with_gradients
from minidl.course.mine.places import Function, forward, function
from minidl.style.costs import LAYER_WEIGHT, _one_picture
from minidl.tensor import Tensor, as_tensor, is_recording, record

Array = np.ndarray
Layers = Mapping[str, Any]


@forward("gram", "ex08.gram_matrix", "ex08.gram_vjp", place="style.gram_matrix and its gradient")
def _gram(original: Function, mine: Function, mine_vjp: Function) -> Function:
    def gram(x: Array) -> Any:
        if x.ndim != 3:
            return original(x)
        return mine(x), (lambda g: mine_vjp(x, g),)

    return gram


@function(
    "minidl.style.costs.content_cost",
    "ex08.content_cost",
    "ex08.content_cost_grad",
    place="style.content_cost and its gradient",
)
def _content_cost(original: Function, mine: Function, mine_grad: Function) -> Function:
    def gradients(content: Array, generated: Array) -> tuple[Array, Array]:
        gradient = mine_grad(content, generated)
        return -gradient, gradient  # the cost knows only the difference of the two

    return _of_two("content_cost", original, mine, gradients, lambda features: features.shape)


@function(
    "minidl.style.costs.style_layer_cost",
    "ex08.style_layer_cost",
    "ex08.style_layer_cost_grad",
    place="style.style_layer_cost and its gradient",
)
def _style_layer_cost(original: Function, mine: Function, mine_grad: Function) -> Function:
    def gradients(style: Array, generated: Array) -> tuple[Array, Array]:
        return mine_grad(generated, style), mine_grad(style, generated)

    return _of_two("style_layer_cost", original, mine, gradients, len)


def _of_two(
    name: str, original: Function, value: Function, gradients: Function, agree: Function
) -> Function:
    """A cost of two pictures' features, as the library has it; what does not agree goes there."""

    def cost(wanted: Any, made: Any) -> Tensor:
        two = _one_picture(name, wanted), _one_picture(name, made)
        if agree(two[0]) != agree(two[1]):
            result: Tensor = original(wanted, made)  # which says what is wrong
            return result
        return scalar_with_gradients(name, value, gradients, two, (two[0].data, two[1].data))

    return cost


@function(
    "minidl.style.costs.style_cost",
    "ex08.style_cost",
    "ex08.style_layer_cost_grad",
    place="style.style_cost and its gradient",
)
def _style_cost(original: Function, mine: Function, mine_grad: Function) -> Function:
    def style_cost(
        style: Layers, generated: Layers, weights: Mapping[str, float] | None = None
    ) -> Tensor:
        used = dict.fromkeys(style, LAYER_WEIGHT) if weights is None else dict(weights)
        if not used or not set(used) <= set(style) & set(generated):
            result: Tensor = original(style, generated, weights)  # which says what is missing
            return result
        wanted = {n: _one_picture("style_cost", style[n]) for n in used}
        made = {n: _one_picture("style_cost", generated[n]) for n in used}

        def gradients(wanted: dict[str, Array], made: dict[str, Array], _: Any) -> list[Array]:
            to_wanted = [w * mine_grad(made[n], wanted[n]) for n, w in used.items()]
            return to_wanted + [w * mine_grad(wanted[n], made[n]) for n, w in used.items()]

        arrays = [{n: t.data for n, t in features.items()} for features in (wanted, made)]
        tensors = (*wanted.values(), *made.values())
        return scalar_with_gradients("style_cost", mine, gradients, tensors, (*arrays, used))

    return style_cost


@function(
    "minidl.optim.lbfgs.Curvature.applied",
    "ex08.lbfgs_direction",
    place="the direction of optim.LBFGS",
)
def _lbfgs(original: Function, mine: Function) -> Function:
    def applied(self: Any, g: Array) -> Array:
        steps, changes = ([pair[n] for pair in self.pairs] for n in (0, 1))
        return np.array(mine(-g, steps, changes), g.dtype)

    return applied


@function("minidl.style.costs.total_cost", "ex08.total_cost", place="style.total_cost")
def _total_cost(original: Function, mine: Function) -> Function:
    def total_cost(content: Any, style: Any, alpha: float = 10, beta: float = 40) -> Tensor:
        two = as_tensor(content), as_tensor(style)
        arguments = (two[0].item(), two[1].item(), float(alpha), float(beta))
        return scalar_with_gradients("total_cost", mine, lambda *_: (alpha, beta), two, arguments)

    return total_cost


@function(
    "minidl.style.costs.total_variation",
    "ex08.total_variation",
    "ex08.total_variation_grad",
    place="style.total_variation and its gradient",
)
def _total_variation(original: Function, mine: Function, mine_grad: Function) -> Function:
    def total_variation(image: Any) -> Tensor:
        x = _one_picture("total_variation", image)

        def gradients(pixels: Array) -> tuple[Array]:
            return (mine_grad(pixels),)

        return scalar_with_gradients("total_variation", mine, gradients, (x,), (x.data,))

    return total_variation


@function(
    "minidl.functional.normalization.instance_norm",
    "ex08.instance_norm",
    "ex08.instance_norm_grad",
    place="F.instance_norm and its gradient",
)
def _instance_norm(original: Function, mine: Function, mine_grad: Function) -> Function:
    def instance_norm(
        input: Any, running_mean: Any = None, running_var: Any = None, weight: Any = None,
        bias: Any = None, use_input_stats: bool = True, momentum: float = 0.1, eps: float = 1e-5,
    ) -> Tensor:  # fmt: skip
        checked: Tensor = original(
            input, running_mean, running_var, weight, bias, use_input_stats, momentum, eps
        )
        if checked.ndim != 4 or not use_input_stats:  # the exercise has pictures (C, H, W)
            return checked
        x = as_tensor(input)
        y = np.stack([mine(picture, eps) for picture in x.data])

        def to_x(g: Array) -> Array:
            pairs = zip(x.data, g, strict=True)
            return np.asarray(np.stack([mine_grad(*pair, eps) for pair in pairs]), x.dtype)

        result = record("instance_norm", np.asarray(y, x.dtype), (x,), (to_x,))
        scaled = result if weight is None else result * as_tensor(weight).reshape(-1, 1, 1)
        return scaled if bias is None else scaled + as_tensor(bias).reshape(-1, 1, 1)

    return instance_norm


@function(
    "minidl.nn.conditional.ConditionalInstanceNorm2d.forward",
    "ex08.conditional_instance_norm",
    place="nn.ConditionalInstanceNorm2d under no_grad",
)
def _conditional_instance_norm(original: Function, mine: Function) -> Function:
    def forward(self: Any, x: Any, condition: Any) -> Tensor:
        if is_recording():  # the exercise has no gradient
            result: Tensor = original(self, x, condition)
            return result
        pictures, manners = self._checked(x, condition)
        arrays = [p.data for layer in (self.scale, self.shift) for p in layer.parameters()]
        pairs = zip(pictures.data, manners.data, strict=True)
        y = np.stack([mine(*pair, *arrays, self.eps) for pair in pairs])
        return Tensor(np.asarray(y, pictures.dtype))

    return forward


@function("minidl.style.painter.Painter.mix", "ex08.mix", place="how a style.Painter mixes manners")
def _mix(original: Function, mine: Function) -> Function:
    def mix(self: Any, manners: Sequence[Any], weights: Any = None) -> Array:
        original(self, manners, weights)  # says what is wrong
        shares = None if weights is None else np.asarray(weights, np.float64)
        return np.asarray(mine(np.asarray(manners), shares), np.float32)

    return mix
