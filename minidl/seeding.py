"""One default source of randomness, for whatever was not given its own seed."""

from __future__ import annotations

import numpy as np

from minidl.arguments import checked

Seed = int | np.random.Generator | None

_default = np.random.default_rng()


@checked
def manual_seed(seed: int) -> None:
    """Restarts the default generator: layers, dropout and loaders made without `seed` use it.

    Called once at the top of a script, it makes the whole run the same every time.
    """
    global _default
    _default = _made(seed)


def generator(seed: Seed = None) -> np.random.Generator:
    """A generator for `seed`: a new one for an int, itself for a Generator, else the default."""
    return _default if seed is None else _made(seed)


def _made(seed: Seed) -> np.random.Generator:
    try:
        return np.random.default_rng(seed)
    except (TypeError, ValueError) as error:
        raise type(error)(
            f"given seed={seed!r}, expected a whole number from 0 or an np.random.Generator"
        ) from error
