"""Where the lattice of a descent comes from: how fine the gradient to the picture is.

`python tools/measure_lattice.py`: for three pairs, the share of the gradient's power above a third
of a cycle a pixel, at the picture in the style's colours, by pooling and by layer; with the weights
that ship, and with random ones of the same shape. Seconds; docs/decisions.md has the table.
"""

from __future__ import annotations

import numpy as np

from minidl import Tensor, data, models
from minidl.style.colours import in_colours_of
from minidl.style.objective import Objective
from minidl.style.quality import fine_share
from minidl.style.settings import STYLE_LAYERS, Settings

PAIRS = (("temple", "currents"), ("cat", "glass"), ("coffee", "waves"))
SIZE = 256


def main() -> None:
    print(f"{'':22s}" + "".join(f"{n:>10s}" for n in ("all", "content", *STYLE_LAYERS)))
    for weights in ("shipped", "random"):
        for pooling in ("max", "avg"):
            network = (
                models.vgg16(pretrained=True, pooling=pooling)
                if weights == "shipped"
                else models.VGG(16, "relu5_1", pooling, seed=0)
            )
            shares = np.mean([_shares(network, *pair) for pair in PAIRS], axis=0)
            print(f"{weights} weights, {pooling:3s}: " + "".join(f"{s:10.0%}" for s in shares))


def _shares(network: models.VGG, photograph: str, artwork: str) -> list[float]:
    """Of the whole cost, of the content alone, and of each style layer alone."""
    content, painted_as = (
        data.resize_image(p, SIZE) for p in (data.sample_image(photograph), data.artwork(artwork))
    )
    start = in_colours_of(content, [painted_as], [1.0])
    plain = {"total_variation": 0.0, "grain": 0.0, "detail": 0.0, "dots": 0.0}
    settings = [Settings(**plain), Settings(beta=0, **plain)]
    settings += [Settings(alpha=0, layers={layer: 1.0}, **plain) for layer in STYLE_LAYERS]
    found = []
    for one in settings:
        pixels = Tensor(start[None], requires_grad=True)
        cost, _ = Objective(network, one, content, [painted_as])(pixels)
        cost.backward()
        found.append(fine_share(pixels.grad[0] / np.abs(pixels.grad).max()))
    return found


if __name__ == "__main__":
    main()
