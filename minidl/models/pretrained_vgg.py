"""VGG-16 and VGG-19 with the weights that are shipped, or with those of a file."""

from __future__ import annotations

from minidl.arguments import checked
from minidl.files import Name
from minidl.models import vgg_weights
from minidl.models.vgg import VGG, Pooling
from minidl.seeding import Seed

LAST = "relu5_1"  # where the weights that are shipped end


@checked
def vgg16(
    pretrained: bool = False, *, weights: Name | None = None, pooling: Pooling = "max",
    seed: Seed = None,
) -> VGG:  # fmt: skip
    """VGG-16; with `pretrained`, up to relu5_1, with the weights that are shipped with minidl.

    Those are ImageNet's, tuned a little further to find edges; minidl/models/assets/README.md has
    their origin. weights: a file of torchvision's instead (safetensors, `features.0.weight` and so
    on), for all 13 convolutions. Loaded weights are frozen (`requires_grad_(True)` frees them), so
    that a gradient to the picture costs nothing more; otherwise they are random and free.
    Raises FileNotFoundError, or ValueError naming the file.
    """
    return _loaded(16, pretrained, weights, pooling, seed)


@checked
def vgg19(*, weights: Name | None = None, pooling: Pooling = "max", seed: Seed = None) -> VGG:
    """VGG-19, with random weights or those of a file of torchvision's; see `vgg16`."""
    return _loaded(19, False, weights, pooling, seed)


def _loaded(
    depth: int, pretrained: bool, weights: Name | None, pooling: Pooling, seed: Seed
) -> VGG:
    if not pretrained and weights is None:
        return VGG(depth, None, pooling, seed=seed)
    if pretrained and weights is not None:
        raise ValueError(
            f"vgg{depth}: given pretrained=True and weights={str(weights)!r}, expected one of them"
        )
    network = VGG(depth, LAST if pretrained else None, pooling, seed=0)
    arrays, mean, std = (
        vgg_weights.shipped() if weights is None else vgg_weights.torchvision(weights, network)
    )
    network.set_colours(mean, std)
    network.load_state_dict({**arrays, "mean": network.mean, "std": network.std})
    return network.requires_grad_(False)
