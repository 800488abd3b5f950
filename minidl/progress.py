"""Progress bars, drawn by tqdm: one way for every long job in the package."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any


def progress(
    iterable: Iterable[Any] | None = None,
    label: str = "",
    *,
    total: int | None = None,
    quiet: bool = False,
) -> Any:
    """Iterates with a progress bar on standard output (a tqdm object: `.update`, `.set_postfix`).

    quiet: draw nothing. The last state of the bar stays on the screen.
    """
    from tqdm import tqdm

    return tqdm(
        iterable, label, total=total, disable=quiet, file=sys.stdout, dynamic_ncols=True, leave=True
    )
