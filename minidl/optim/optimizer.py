"""What every optimiser shares: its parameters, its numbers, and its memory between steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from minidl.arguments import checked, spelt
from minidl.optim.groups import Option, Params, groups_of
from minidl.tensor import Tensor

Closure = Callable[[], Any]

BLOCK = 16_384  # values updated at a time, so that what a step works on stays in the cache


class Optimizer:
    """Holds parameters and changes them by their `.grad`; subclasses define `_update`.

    params: tensors, or groups of them with numbers of their own, as in PyTorch:
    `[{"params": encoder.parameters(), "lr": 1e-4}, {"params": head.parameters()}]`; what a group
    does not say it takes from the other arguments. `param_groups` holds a dict for each.
    A parameter without a gradient is skipped. The numbers named in `options` may be changed at any
    time, in a group or, for all groups, as attributes (`optimizer.lr = 0.1`).
    """

    options: ClassVar[tuple[str, ...]] = ("lr",)
    lr: Any = Option()
    _updated: dict[str, Any] | None = None  # the group being updated

    @checked
    def __init__(self, params: Params, **defaults: Any) -> None:
        self._defaults = self._checked(defaults)
        self.param_groups: list[dict[str, Any]] = []
        self._steps: list[int] = []
        self._memory: list[dict[str, np.ndarray]] = []
        for group in groups_of(type(self).__name__, params):
            self.add_param_group(group)

    @checked
    def add_param_group(self, group: Mapping[str, Any]) -> None:
        """Adds parameters, `{"params": ..., "lr": ...}`, with numbers of their own.

        Raises ValueError for numbers that do not exist or parameters that are there already.
        """
        name = type(self).__name__
        numbers = {key: value for key, value in group.items() if key != "params"}
        checked = self._checked(self._defaults | numbers)
        if "params" not in group or set(checked) != set(self._defaults):
            raise ValueError(
                f"{name}: given a group of {sorted(group)}, expected 'params' and any of "
                f"{sorted(self._defaults)}"
            )
        params = check_params(name, group["params"])
        shapes = [p.shape for p in params if any(p is q for q in self.params)]
        if shapes:
            raise ValueError(f"{name}: parameters of shapes {shapes} are in two groups")
        self.param_groups.append({"params": params, **checked})
        self._steps += [0] * len(params)
        self._memory += [{} for _ in params]

    def _checked(self, numbers: dict[str, Any]) -> dict[str, Any]:
        """The numbers of a group, each in its range; ValueError where one is not."""
        return numbers

    @property
    def params(self) -> list[Tensor]:
        """The parameters of all groups, in order."""
        return [p for group in self.param_groups for p in group["params"]]

    def _buffers(self, group: Mapping[str, Any]) -> tuple[str, ...]:
        """Names of the arrays kept for each parameter of a group, of its shape."""
        return ()

    def zero_grad(self) -> None:
        """Forgets the gradient of every parameter."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Moves every parameter that has a gradient, in place.

        Where a graph still holds a parameter's array it gets a new one: the graph keeps its own.
        """
        try:
            for i, (group, parameter) in enumerate(self._members()):
                if parameter.grad is not None:
                    self._updated = group
                    self._move(i, parameter, self._buffers(group))
        finally:
            self._updated = None

    def _members(self) -> list[tuple[dict[str, Any], Tensor]]:
        return [(group, p) for group in self.param_groups for p in group["params"]]

    def _move(self, i: int, parameter: Tensor, buffers: tuple[str, ...]) -> None:
        self._steps[i] += 1
        values, grad = _flat_values(parameter), _flat_grad(parameter)
        memory = [self._buffer(i, parameter, name).reshape(-1) for name in buffers]
        for start in range(0, values.size, BLOCK):
            part = slice(start, start + BLOCK)
            self._update(values[part], grad[part], self._steps[i], *(m[part] for m in memory))

    def _update(self, p: np.ndarray, g: np.ndarray, t: int, *memory: np.ndarray) -> None:
        """Changes p and memory in place: step number t >= 1 for flat values p with gradient g."""
        raise NotImplementedError

    def _buffer(self, i: int, parameter: Tensor, name: str) -> np.ndarray:
        memory = self._memory[i]
        if name not in memory:
            memory[name] = np.zeros(parameter.shape, parameter.dtype)
        return memory[name]

    def state_dict(self) -> dict[str, np.ndarray | float]:
        """All that is needed to go on later: numbers by name, arrays as "0.name"; `nn.save` fits.

        Numbers of the second group are "group1.name", and so on. Arrays are copies.
        """
        state: dict[str, Any] = {name: group[key] for name, group, key in self._numbers()}
        for i, (step, memory) in enumerate(zip(self._steps, self._memory, strict=True)):
            state[f"{i}.step"] = step
            state |= {f"{i}.{name}": array.copy() for name, array in memory.items()}
        return state

    def _numbers(self) -> list[tuple[str, dict[str, Any], str]]:
        """Every number of every group: its name in a state, the group, and its key there."""
        prefixes = ["", *(f"group{i}." for i in range(1, len(self.param_groups)))]
        return [
            (prefix + key, group, key)
            for prefix, group in zip(prefixes, self.param_groups, strict=True)
            for key in self.options
        ]

    @checked
    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state_dict()` of the same kind of optimiser over the same parameters.

        Everything is checked first: raises KeyError or ValueError and changes nothing where names
        or shapes do not fit.
        """
        numbers = [name for name, _, _ in self._numbers()]
        steps = [f"{i}.step" for i in range(len(self._steps))]
        shapes = {
            f"{i}.{b}": p.shape
            for i, (group, p) in enumerate(self._members())
            for b in self._buffers(group)
        }
        needed, known = {*numbers, *steps}, {*numbers, *steps, *shapes}
        if needed - set(state) or set(state) - known:
            raise KeyError(
                f"{type(self).__name__}.load_state_dict: missing {sorted(needed - set(state))}, "
                f"unexpected {sorted(set(state) - known)}; it takes the state of the same optimiser"
                f" over the same {len(self.params)} parameters"
            )
        for name, shape in shapes.items():
            if name in state and np.shape(state[name]) != shape:
                raise ValueError(f"{name}: given shape {np.shape(state[name])}, expected {shape}")
        self._restore(state)

    def _restore(self, state: Mapping[str, Any]) -> None:
        for name, group, key in self._numbers():
            group[key] = np.asarray(state[name]).item()
        self._steps = [int(state[f"{i}.step"]) for i in range(len(self._steps))]
        self._memory = [
            {
                b: np.array(state[f"{i}.{b}"], p.dtype)
                for b in self._buffers(group)
                if f"{i}.{b}" in state
            }
            for i, (group, p) in enumerate(self._members())
        ]

    def __repr__(self) -> str:
        groups = len(self.param_groups)
        count = f"{len(self.params)} parameters" + (f" in {groups} groups" if groups > 1 else "")
        numbers = ", ".join(f"{name}={getattr(self, name)}" for name in self.options)
        return f"{type(self).__name__}({count}, {numbers})"


def _flat_values(parameter: Tensor) -> np.ndarray:
    """The parameter's values as one writable run; a new array where the old one is not."""
    flags = parameter.data.flags
    if not (flags.writeable and flags.c_contiguous):
        parameter.data = np.array(parameter.data, order="C")
    return parameter.data.reshape(-1)


def _flat_grad(parameter: Tensor) -> np.ndarray:
    grad = np.asarray(parameter.grad)
    if grad.shape != parameter.shape:
        raise ValueError(f"given a gradient of shape {grad.shape}, expected {parameter.shape}")
    return grad.reshape(-1)


def check_params(owner: str, params: Iterable[Tensor]) -> list[Tensor]:
    """The parameters as a list, each once; TypeError or ValueError for what cannot be trained."""
    if isinstance(params, Tensor):
        raise TypeError(f"{owner}: given one tensor of shape {params.shape}, expected a list: [t]")
    if not isinstance(params, Iterable) or hasattr(params, "dtype"):
        raise TypeError(
            f"{owner}: given {spelt(params)}, expected parameters, as model.parameters()"
        )
    unique = {id(p): p for p in params}
    if not unique:
        raise ValueError(
            f"{owner}: given no parameters; does the model have any, or was the iterator used up?"
        )
    for number, parameter in enumerate(unique.values()):
        _check_param(f"{owner}: parameter {number}", parameter)
    return list(unique.values())


def _check_param(name: str, parameter: Any) -> None:
    if not isinstance(parameter, Tensor):
        raise TypeError(f"{name}: given {spelt(parameter)}, expected a Tensor")
    if parameter.dtype.kind != "f":
        raise TypeError(f"{name} holds {parameter.dtype}, expected float32 or float64")
    if not parameter.is_leaf:
        raise ValueError(
            f"{name} (shape {parameter.shape}) is the result of an operation and collects no "
            "gradient; give the tensors it was computed from"
        )


def check_number(name: str, value: float, below: float = np.inf) -> float:
    """`value` as a float. Raises ValueError unless 0 <= value < below."""
    if not 0 <= value < below:
        limit = "" if below == np.inf else f" and below {below:g}"
        raise ValueError(f"given {name}={value}, expected at least 0{limit}")
    return float(value)
