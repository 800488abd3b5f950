"""Where a VGG's weights come from: the file shipped with minidl, or one of torchvision's."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl.files import Name, shown
from minidl.models.vgg import IMAGENET_MEAN, IMAGENET_STD, VGG
from minidl.nn import Conv2d
from minidl.nn.storage import load

ASSETS = Path(__file__).parent / "assets"
SHIPPED = (
    "vgg16.safetensors",
    "cc7ebff6d1fdece714bcc0b2b65977f8a038cd9728c01971572fe90d9670d909",
)

Colours = tuple[float, ...]
Weights = tuple[dict[str, np.ndarray], Colours, Colours]  # by our names; mean; std


def shipped(folder: Path = ASSETS) -> Weights:
    """The weights of `vgg16(pretrained=True)`, float32 (stored as float16), and its colours.

    Raises FileNotFoundError if they are missing, ValueError if they are not what was shipped.
    """
    from minidl.models import weights_file
    from minidl.models.shipped import verified

    arrays, about = weights_file.read(verified(*SHIPPED, folder))
    single = {name: array.astype(np.float32) for name, array in arrays.items()}
    return single, tuple(about["mean"]), tuple(about["std"])


def torchvision(path: Name, network: VGG) -> Weights:
    """The weights for `network` in a safetensors file with torchvision's names, and its colours.

    torchvision numbers the parts (`features.0.weight`, `features.2.weight`, ...) and begins its
    numbers at our conv1_1. Others in the file (the classifier's) are ignored.
    Raises FileNotFoundError, or ValueError naming the file and what is missing.
    """
    stored = load(path)
    arrays = {}
    for number, (name, part) in enumerate(network.named_children()):
        if isinstance(part, Conv2d):
            for kind, own in part.named_parameters():
                arrays[f"{name}.{kind}"] = _one(
                    path, stored, f"features.{number}.{kind}", own.shape
                )
    return arrays, IMAGENET_MEAN, IMAGENET_STD


def _one(
    path: Name, stored: dict[str, np.ndarray], name: str, shape: tuple[int, ...]
) -> np.ndarray:
    if name not in stored:
        raise ValueError(
            f"{shown(path)} has no {name}: it is not the VGG that was asked for, or not "
            f"torchvision's (it holds {shown(', '.join(sorted(stored)[:3]))} and so on)"
        )
    array = stored[name]
    if array.shape != shape or array.dtype.kind != "f":
        raise ValueError(
            f"{shown(path)}: {name} is {array.dtype} of shape {array.shape}, expected floats of "
            f"{shape}"
        )
    with np.errstate(over="ignore"):
        single = array.astype(np.float32)
    bad = int((~np.isfinite(single)).sum())
    if bad:
        raise ValueError(
            f"{shown(path)}: {name} has NaN or infinity in it ({bad} of {single.size} values); "
            "take an earlier copy, or download it again"
        )
    return single
