"""Networks whose weights stay as they are."""

from __future__ import annotations

from typing import TypeVar

from minidl.nn import Module
from minidl.tensor import freeze

Network = TypeVar("Network", bound=Module)


def frozen(network: Network) -> Network:
    """The network in evaluation mode, its weights neither trained nor changed.

    So kernels may keep what they make of the weights (see `kernels.machine.kept`).
    `requires_grad_(True)` frees them again.
    """
    for parameter in network.parameters():
        freeze(parameter)
    return network.requires_grad_(False).eval()
