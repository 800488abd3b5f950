"""A network as the chain of parts that a picture passes, each with a name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from minidl.nn import Module, Sequential
from minidl.tensor import Tensor


def parts(network: Module) -> list[tuple[str, Module]]:
    """The parts of a network in order, as (name, module).

    Of a Sequential, its own; those of a Sequential inside it are named "body.0" and so on. Of
    another module, the ones that it declares by a method `parts()`, as FaceEncoder does.
    Raises TypeError for a module that is no chain.
    """
    if isinstance(network, Sequential):
        return list(_flat("", network))
    declared = getattr(network, "parts", None)
    if declared is None:
        raise TypeError(
            f"given {type(network).__name__}, expected an nn.Sequential, a VGG or a FaceEncoder: "
            "of a network that branches, give the Sequential up to the layer"
        )
    return list(declared())


def up_to(network: Module, layer: str | None) -> list[tuple[str, Module]]:
    """The parts up to `layer`; all of them when None. Raises ValueError for an unknown name."""
    chain = parts(network)
    if layer is None:
        return chain
    names = [name for name, _ in chain]
    if layer not in names:
        raise ValueError(f"given layer {layer!r}, expected one of {', '.join(names)}")
    return chain[: names.index(layer) + 1]


def features(network: Module, x: Any, layers: Sequence[str]) -> dict[str, Tensor]:
    """What each of `layers` makes of x, by name; the network runs to the last of them only."""
    own = getattr(network, "features", None)
    if own is not None:
        kept: dict[str, Tensor] = own(x, layers)
        return kept
    chain = max((up_to(network, layer) for layer in layers), key=len)
    found, value = {}, network._as_input(x)
    for name, part in chain:
        value = part(value)
        if name in layers:
            found[name] = value
    return {name: found[name] for name in layers}


def check_weights(network: Module, layer: str) -> None:
    """Raises ValueError where what leads to a layer has NaN in it: nothing would come out."""
    for name, part in up_to(network, layer):
        for entry, array in part.state_dict().items():
            if array.dtype.kind == "f" and not np.isfinite(array).all():
                raise ValueError(
                    f"{name}.{entry} of shape {array.shape} has NaN or infinity in it, so nothing "
                    f"comes out of layer {layer}; load other weights"
                )


def _flat(prefix: str, network: Sequential) -> Iterator[tuple[str, Module]]:
    for name, part in network.named_children():
        if isinstance(part, Sequential):
            yield from _flat(f"{prefix}{name}.", part)
        else:
            yield prefix + name, part
