"""Frozen networks that are replayed: their kernels run as one program (`functional.fused`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from minidl.functional import fused
from minidl.nn import Module, Parameter
from minidl.tensor import Tensor

_networks: WeakKeyDictionary[Module, tuple[list[Module], fused.Replayed]] = WeakKeyDictionary()


def replayed(
    network: Module, function: Callable[[Tensor], Sequence[Tensor]], x: Tensor
) -> list[Tensor]:
    """function(x), a part of the network's forward that depends on nothing but the network.

    Where the network is frozen and no gradient is asked for, its kernels are run by a program.
    """
    if not fused.allowed():
        return list(function(x))
    parts, program = _networks.get(network) or _known(network)
    state = _state([network, *parts])
    return list(function(x)) if state is None else program(function, x, state)


def _known(network: Module) -> tuple[list[Module], fused.Replayed]:
    """The parts of a network, all but itself; they are looked up once."""
    parts = [part for part in network.modules() if part is not network]
    found = _networks[network] = parts, fused.Replayed()
    return found


def _state(parts: list[Module]) -> list[Any] | None:
    """All attributes of all parts, and the arrays of weights; None where a part is watched.

    Where a part has been put in place of another, that is an attribute of the one around it.
    """
    found: list[Any] = []
    for part in parts:
        attributes = vars(part)
        if "forward" in attributes:
            return None
        found.append(type(part).forward)
        found.extend(attributes.values())
    found.extend([value._array for value in found if isinstance(value, Parameter)])
    return found


def watched(*parts: Module) -> bool:
    """Whether someone looks at what goes through one of the parts, as `nn.summary` does."""
    return any("forward" in vars(part) for part in parts)
