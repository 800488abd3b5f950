"""Makes docs/style.png: three photographs in three styles, at 512 pixels, and docs/artworks.png.

`python tools/assets/style_pictures.py`: two minutes on two cores. The first two are descents, the
last is painted in one pass. Pictures that are in docs/style already are kept; each remembers how it
was made (`minidl style --again FILE --out ANOTHER`).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from minidl import data, style
from minidl.cli.style.recipe import digest

DOCS = Path(__file__).parents[2] / "docs"
PAIRS = (("temple", "currents"), ("cat", "glass"), ("coffee", "waves"))
DESCENTS = PAIRS[:2]
SIZE = 512  # pixels of the longer side of a picture
HEIGHT, GAP = 256, 8


def main() -> None:
    (DOCS / "style").mkdir(exist_ok=True)
    rows = [_row(*pair) for pair in PAIRS]
    width = min(row.shape[2] for row in rows)
    gap = np.ones((3, GAP, width), np.float32)
    parts = [part for row in rows for part in (gap, row[:, :, :width])][1:]
    data.save_image(np.concatenate(parts, axis=1), DOCS / "style.png")
    data.save_image(_beside([data.artwork(name, 200) for name in data.ARTWORKS]),
                    DOCS / "artworks.png")  # fmt: skip


def _row(content: str, painted_as: str) -> np.ndarray:
    """Content, style and picture, painted if it is not there."""
    path = DOCS / "style" / f"{content}-{painted_as}.png"
    photo, painting = data.sample_image(content), data.artwork(painted_as)
    if not path.exists():
        about = {"content": content, "styles": [painted_as],
                 "digests": [digest(photo), digest(painting)]}  # fmt: skip
        if (content, painted_as) in DESCENTS:
            style.transfer(content, painted_as, size=SIZE).save(path, about)
        else:
            _one_pass(photo, painting).save(path, {**about, "strength": 1.0})
    return _beside([photo, painting, data.load_image(path)])


def _one_pass(photo: np.ndarray, painting: np.ndarray) -> style.Result:
    painter = style.Painter.pretrained()
    result = style.Result(style.Settings(size=SIZE), photo, [painting])
    result.painted = painter.paint(photo, painter.manner(painting), size=SIZE)
    return result


def _beside(pictures: list[np.ndarray]) -> np.ndarray:
    """Pictures at one height, white between them."""
    same = [data.resize_image(p, (HEIGHT, round(p.shape[2] * HEIGHT / p.shape[1])))
            for p in pictures]  # fmt: skip
    gap = np.ones((3, HEIGHT, GAP), np.float32)
    return np.concatenate([part for p in same for part in (gap, p)][1:], axis=2)


if __name__ == "__main__":
    main()
