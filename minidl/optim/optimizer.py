"""What every optimiser shares: its parameters, its numbers, and its memory between steps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar

import numpy as np

from minidl.tensor import Tensor

Closure = Callable[[], Any]

BLOCK = 16_384  # values updated at a time, so that what a step works on stays in the cache


class Optimizer:
    """Holds parameters and changes them by their `.grad`; subclasses define `_update`.

    A parameter without a gradient is skipped. `lr` and the other numbers named in `options` may be
    changed at any time.
    """

    options: ClassVar[tuple[str, ...]] = ("lr",)
    buffers: tuple[str, ...] = ()  # arrays kept per parameter, of its shape

    def __init__(self, params: Iterable[Tensor], lr: float) -> None:
        self.params = check_params(type(self).__name__, params)
        self.lr = check_number("lr", lr)
        self._steps = [0] * len(self.params)
        self._memory: list[dict[str, np.ndarray]] = [{} for _ in self.params]

    def zero_grad(self) -> None:
        """Forgets the gradient of every parameter."""
        for parameter in self.params:
            parameter.grad = None

    def step(self) -> None:
        """Moves every parameter that has a gradient, in place.

        Where a graph still holds a parameter's array it gets a new one: the graph keeps its own.
        """
        for i, parameter in enumerate(self.params):
            if parameter.grad is None:
                continue
            self._steps[i] += 1
            values, grad = _flat_values(parameter), _flat_grad(parameter)
            memory = [self._buffer(i, name).reshape(-1) for name in self.buffers]
            for start in range(0, values.size, BLOCK):
                part = slice(start, start + BLOCK)
                self._update(values[part], grad[part], self._steps[i], *(m[part] for m in memory))

    def _update(self, p: np.ndarray, g: np.ndarray, t: int, *memory: np.ndarray) -> None:
        """Changes p and memory in place: step number t >= 1 for flat values p with gradient g."""
        raise NotImplementedError

    def _buffer(self, i: int, name: str) -> np.ndarray:
        memory = self._memory[i]
        if name not in memory:
            memory[name] = np.zeros(self.params[i].shape, self.params[i].dtype)
        return memory[name]

    def state_dict(self) -> dict[str, np.ndarray | float]:
        """All that is needed to go on later: numbers by name, arrays as "0.name"; `nn.save` fits.

        Arrays are copies.
        """
        state: dict[str, Any] = {name: getattr(self, name) for name in self.options}
        for i, (step, memory) in enumerate(zip(self._steps, self._memory, strict=True)):
            state[f"{i}.step"] = step
            state |= {f"{i}.{name}": array.copy() for name, array in memory.items()}
        return state

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Goes on from `state_dict()` of the same kind of optimiser over the same parameters.

        Everything is checked first: raises KeyError or ValueError and changes nothing where names
        or shapes do not fit.
        """
        steps = [f"{i}.step" for i in range(len(self.params))]
        shapes = {f"{i}.{b}": p.shape for i, p in enumerate(self.params) for b in self.buffers}
        needed, known = {*self.options, *steps}, {*self.options, *steps, *shapes}
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
        for name in self.options:
            setattr(self, name, np.asarray(state[name]).item())
        self._steps = [int(state[f"{i}.step"]) for i in range(len(self.params))]
        self._memory = [
            {b: np.array(state[f"{i}.{b}"], p.dtype) for b in self.buffers if f"{i}.{b}" in state}
            for i, p in enumerate(self.params)
        ]

    def __repr__(self) -> str:
        numbers = ", ".join(f"{name}={getattr(self, name)}" for name in self.options)
        return f"{type(self).__name__}({len(self.params)} parameters, {numbers})"


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
    if not isinstance(params, Iterable):
        raise TypeError(
            f"{owner}: given {type(params).__name__}, expected parameters, as model.parameters()"
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
        raise TypeError(f"{name} is {type(parameter).__name__}, expected a Tensor")
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
