"""A picture painted in one pass: any photograph in the manner of any artwork."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.data import resize_image
from minidl.models.mobilenet import GRID, MannerNetwork
from minidl.models.paint_network import MANNER, PaintNetwork
from minidl.style.pictures import at_size, check_memory, coloured_as, opened
from minidl.tensor import Tensor, no_grad

LOOKED_AT = 256  # pixels: an artwork is looked at with as many as 256 x 256 have


class Painter:
    """Paints in one pass: `Painter.pretrained().paint(photograph, painter.manner(artwork))`.

    What `transfer` computes for each picture anew, this learned once, from 80,000 paintings. One
    network sees the artwork and says in 100 numbers how it is painted: its manner. Another paints,
    with instance norms that those numbers set. Manners can be mixed and kept.
    Source: Ghiasi and others, "Exploring the structure of a real-time, arbitrary neural artistic
    stylization network", 2017. Where the weights come from: minidl/models/assets/README.md.
    """

    def __init__(self) -> None:
        self.manner_network = MannerNetwork(MANNER)
        self.paint_network = PaintNetwork()

    @classmethod
    def pretrained(cls) -> Painter:
        """The painter with the weights shipped with minidl, ready for use."""
        from minidl.models.painter_weights import painter_weights

        painter = cls()
        weights = painter_weights()
        networks = {"manner.": painter.manner_network, "paint.": painter.paint_network}
        for prefix, network in networks.items():
            own = {n.removeprefix(prefix): a for n, a in weights.items() if n.startswith(prefix)}
            network.load_state_dict(own)
            network.requires_grad_(False).eval()
        return painter

    @checked
    def manner(self, artwork: Any) -> np.ndarray:
        """How an artwork is painted, (100,) float32; a photograph has a manner, too.

        artwork: RGB (3, H, W) from 0 to 1, an image file, or a name. It is looked at with about
        256 x 256 pixels, with its proportions. Raises as `transfer` does for what is no picture.
        """
        picture = opened(artwork, longer=4 * LOOKED_AT, called="manner")
        sized = resize_image(picture, _looked_at(picture.shape[1], picture.shape[2]))
        with no_grad():
            found: np.ndarray = self.manner_network(Tensor(sized[None])).data[0]
        return found

    @checked
    def mix(self, manners: Sequence[Any], weights: Numbers | None = None) -> np.ndarray:
        """Several manners in one, (100,): their mean, or a mean by weights, one for each.

        Raises ValueError where weights are not one for each manner, or are all 0.
        """
        given = np.stack([_manner("mix", m) for m in manners]) if len(manners) else None
        if given is None:
            raise ValueError("mix: given no manners, expected at least one")
        shares = np.ones(len(given)) if weights is None else np.asarray(weights, np.float64)
        usable = shares.shape == (len(given),) and bool(np.isfinite(shares).all())
        if not usable or (shares < 0).any() or not shares.sum() > 0:
            raise ValueError(
                f"mix: given weights {np.asarray(weights).tolist()} for {len(given)} manners, "
                "expected one for each, none negative, not all 0"
            )
        mixed: np.ndarray = (shares / shares.sum() @ given).astype(np.float32)
        return mixed

    @checked
    def paint(
        self, photograph: Any, manner: Numbers, strength: float = 1.0, *,
        size: int | None = None, preserve_colour: bool = False,
    ) -> np.ndarray:  # fmt: skip
        """The photograph in this manner, float32 RGB (3, H, W), 0 to 1.

        photograph: RGB (3, H, W) from 0 to 1, at least 16 pixels on each side, an image file, or a
        name. manner: (100,), see `manner` and `mix`. strength: from 0, the photograph painted in
        its own manner, to 1. size: pixels along the longer side; as it is when None.
        preserve_colour: keeps the hues of the photograph.
        Raises ValueError, TypeError or FileNotFoundError.
        """
        if not 0 <= strength <= 1:
            raise ValueError(f"paint: given strength={strength}, expected 0 to 1")
        if size is not None and size < 1:
            raise ValueError(f"paint: given size={size}, expected at least 16")
        asked = _manner("paint", manner)
        picture = opened(photograph, longer=size, called="paint")
        longer = size or max(picture.shape[1:])
        check_memory(picture, longer, "painted", "paint")
        picture = at_size(picture, longer, "content", "paint")
        if strength < 1:
            asked = self.mix([asked, self.manner(picture)], [strength, 1 - strength])
        with no_grad():
            painted = self.paint_network(Tensor(picture[None]), Tensor(asked[None])).data[0]
        return coloured_as(painted, picture) if preserve_colour else np.ascontiguousarray(painted)


def painted_in_one_pass(
    content: np.ndarray, styles: list[np.ndarray], weights: Sequence[float]
) -> np.ndarray:
    """The content in the mixed manner of the styles, pictures (3, H, W)."""
    painter = Painter.pretrained()
    manner = painter.mix([painter.manner(style) for style in styles], np.array(weights))
    return painter.paint(content, manner)


def _looked_at(height: int, width: int) -> tuple[int, int]:
    """Height and width near these proportions and 256 x 256 pixels, multiples of the grid."""
    ratio = (height / width) ** 0.5
    return tuple(max(GRID, round(LOOKED_AT * r / GRID) * GRID) for r in (ratio, 1 / ratio))


def _manner(name: str, given: Any) -> np.ndarray:
    manner = np.asarray(given)
    if manner.shape != (MANNER,) or manner.dtype.kind != "f" or not np.isfinite(manner).all():
        raise ValueError(
            f"{name}: given a manner of {manner.dtype} of shape {manner.shape}, expected {MANNER} "
            "finite floats: what `painter.manner(artwork)` or `painter.mix` returns"
        )
    return manner.astype(np.float32)
