"""What training looked like from outside, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.metric import Diagnostics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_DIAGNOSTICS = ("active", "positive", "negative", "spread", "size")


class History:
    """Loss and diagnostics of every step; `loss`, `active`, `positive`, ... are arrays (S,)."""

    names = ("loss", *_DIAGNOSTICS)

    @checked
    def __init__(self, rows: Numbers = ()) -> None:
        table = np.asarray(rows, np.float64)
        if table.shape != (0,) and (table.ndim != 2 or table.shape[1] != len(self.names)):
            raise ValueError(
                f"History: given rows of shape {table.shape}, expected (S, {len(self.names)})"
            )
        self._rows = [tuple(row) for row in table.reshape(-1, len(self.names)).tolist()]

    @checked
    def add(self, loss: float, seen: Diagnostics) -> None:
        """One more step."""
        self._rows.append((float(loss), *(getattr(seen, name) for name in _DIAGNOSTICS)))

    def table(self) -> np.ndarray:
        """(S, 6): a row a step, columns as in `names`."""
        return np.array(self._rows, np.float64).reshape(-1, len(self.names))

    def __len__(self) -> int:
        return len(self._rows)

    def __getattr__(self, name: str) -> np.ndarray:
        if name not in self.names:
            raise AttributeError(f"History has no {name!r}; it has {', '.join(self.names)}")
        return self.table()[:, self.names.index(name)]

    @property
    def collapsed(self) -> bool:
        """Whether all pictures had one encoding at the last step."""
        return bool(self._rows) and Diagnostics(*self._rows[-1][1:]).collapsed

    def __str__(self) -> str:
        """The last step in words; a collapse is said, and what to do."""
        if not self._rows:
            return "no step yet"
        loss, *seen = self._rows[-1]
        return f"step {len(self)}: loss {loss:.3f}, {Diagnostics(*seen)}"

    def short(self) -> str:
        """The last step in few words, for a progress bar."""
        loss, active, positive, negative, *_ = self._rows[-1]
        words = ", COLLAPSED" if self.collapsed else ""
        return f"loss {loss:.3f}, active {active:.0%}, d {positive:.2f}/{negative:.2f}{words}"

    @checked
    def plot(self, ax: Axes | None = None, smooth: int = 15) -> Axes:
        """The mean distances of same and different people, the share of active triplets, the loss.

        smooth: steps that are averaged, so that the trend is seen.
        """
        ax = _axes(ax)
        lines = (
            ("negative", "distance of two people", "tab:red"),
            ("positive", "distance of one person's pictures", "tab:blue"),
            ("active", "share of triplets still active", "tab:gray"),
            ("loss", "loss", "black"),
        )
        for name, label, colour in lines:
            values = _smoothed(getattr(self, name), smooth)
            style = "--" if name == "active" else "-"
            ax.plot(np.arange(1, len(values) + 1), values, style, color=colour, label=label)
        ax.set(xlabel="step", ylim=(0, None), title="Training, averaged over a few steps")
        ax.legend(frameon=False)
        return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(7, 4), layout="constrained")[1]


def _smoothed(values: np.ndarray, steps: int) -> np.ndarray:
    """Each value is averaged with up to steps - 1 before it."""
    sums = np.concatenate([[0.0], values.cumsum()])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(0, ends - steps)
    means: np.ndarray = (sums[ends] - sums[starts]) / (ends - starts)
    return means
