"""What the descent looked like from outside, step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from minidl.arguments import checked

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class History:
    """The costs of every step; `history["best"]` is an array over steps, as is every column.

    Columns: "step" (0 is the picture it began with), "size" (of the picture, which changes where it
    is painted coarse to fine), "evaluations" and "seconds" (so far), "cost" (of the picture of this
    step), "best" (the least cost so far at this size: it never rises), and one for each part of the
    cost before it is weighted: "content", "faces" where there are some, each style layer, "total
    variation", "grain".
    """

    @checked
    def __init__(self, parts: Iterable[str] = ()) -> None:
        self.parts = tuple(parts)
        self.columns = ("step", "size", "evaluations", "seconds", "cost", "best", *self.parts)
        self._rows: list[tuple[float, ...]] = []

    @checked
    def add(
        self, step: int, size: int, evaluations: int, seconds: float, cost: float,
        parts: dict[str, float],
    ) -> None:  # fmt: skip
        """One more step."""
        if missing := [name for name in self.parts if name not in parts]:
            raise ValueError(f"add: given parts={list(parts)}, expected {', '.join(missing)} too")
        same = bool(self._rows) and self._rows[-1][1] == size
        best = min(cost, self._rows[-1][5]) if same else cost
        values = [parts[name] for name in self.parts]
        self._rows.append((step, size, evaluations, seconds, cost, best, *values))

    def table(self) -> np.ndarray:
        """(steps, columns) float64."""
        return np.array(self._rows, np.float64).reshape(-1, len(self.columns))

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, column: str) -> np.ndarray:
        if column not in self.columns:
            raise KeyError(f"no column {column!r}; there are {', '.join(self.columns)}")
        return self.table()[:, self.columns.index(column)]

    def __str__(self) -> str:
        if not self._rows:
            return "no step yet"
        first, last = self._rows[0], self._rows[-1]
        return (
            f"step {last[0]:.0f}: cost {last[5]:.4g} (began with {first[4]:.4g}), "
            f"{last[2]:.0f} evaluation{'s' * (last[2] != 1)} in {last[3]:.0f} s"
        )

    @checked
    def plot(self, ax: Axes | None = None) -> Axes:
        """The least cost so far in black, its parts in colour; a logarithmic axis."""
        ax = _axes(ax)
        steps = self["step"]
        for name in self.parts:
            ax.plot(steps, np.maximum(self[name], 1e-12), linewidth=1, label=name)
        ax.plot(steps, self["best"], "k", linewidth=2, label="best total")
        ax.set(xlabel="step", ylabel="cost", yscale="log", title="The descent")
        ax.legend(frameon=False, fontsize="small")
        return ax


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.subplots(figsize=(7, 4), layout="constrained")[1]
