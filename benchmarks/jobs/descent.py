"""A whole descent: 100 iterations of L-BFGS on the pixels of a picture, by both sides, in turns.

Ours is what `style.transfer` does: `optim.LBFGS`, pixels kept within 0 and 1. Theirs
is torch.optim.LBFGS with strong Wolfe line search, as most people write it: without bounds, and
with at most as many evaluations as ours took. Network, pictures, costs and start are the same, and
so is how many pairs of gradients are remembered (PyTorch's default of 100 is slower). The costs are
compared at the end, and each side's time is what it took to get there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from benchmarks import layouts
from benchmarks.timing import interleaved
from minidl import Tensor, data, optim, style
from minidl.models import VGG, vgg16
from minidl.style.objective import Objective
from minidl.style.settings import Settings

ITERATIONS = 100
ROUNDS = 3  # descents of each side; one takes most of a minute
COST_TARGET, TIME_TARGET = 1.05, 0.42

Found = dict[str, Any]


def descent(size: int, iterations: int = ITERATIONS, rounds: int = ROUNDS) -> Found:
    """Costs, evaluations and median seconds of both sides; in which layout theirs was faster."""
    network, objective, start = _task(size)
    layout, cost = _their_faster_layout(network, objective, start)
    ours, theirs = [], []
    for _ in range(rounds):
        ours.append(_ours(objective, start, iterations))
        theirs.append(_theirs(cost, start, layout, iterations, ours[0]))
    return {
        "size": size, "iterations": iterations, "rounds": rounds, "ours": _median(ours),
        "theirs": _median(theirs),
    }  # fmt: skip


def _median(runs: list[Found]) -> Found:
    """The first run, which every other equals but for its times, with the medians of those."""
    times = {key: float(np.median([run[key] for run in runs])) for key in ("seconds", "cpu")}
    return {**runs[0], **times, "all": [run["seconds"] for run in runs]}


def _task(size: int) -> tuple[VGG, Objective, np.ndarray]:
    """A photograph, a style, and noise to begin with; five style layers and relu4_2."""
    network = vgg16(pretrained=True)
    content, painted_as = (
        data.resize_image(p, (size, size))
        for p in (data.sample_image("temple"), data.artwork("currents"))
    )
    settings = Settings(size=size, beta=40, total_variation=0, grain=0, detail=0, dots=0)
    objective = Objective(network, settings, content, [painted_as])
    start = np.random.default_rng(0).normal(0.5, 0.15, content.shape).clip(0, 1)
    return network, objective, start.astype(np.float32)


def _ours(objective: Objective, start: np.ndarray, iterations: int) -> Found:
    pixels, evaluations = Tensor(start[None], requires_grad=True), 0

    def closure() -> Tensor:
        nonlocal evaluations
        evaluations += 1
        cost, _ = objective(pixels)
        cost.backward()
        return cost

    search = optim.LBFGS(
        [pixels], iterations, tolerance_grad=0, tolerance_change=0, bounds=(0, 1)
    )  # fmt: skip
    before = time.perf_counter(), time.process_time()
    cost = search.step(closure)
    return {
        **_since(*before), "cost": cost, "evaluations": evaluations, "pairs": search.history_size,
    }  # fmt: skip


def _theirs(
    cost_of: Callable, start: np.ndarray, layout: str, iterations: int, ours: Found
) -> Found:
    pixels = torch.tensor(start)[None].requires_grad_()  # its L-BFGS takes no other layout
    evaluations, least = 0, np.inf

    def closure() -> torch.Tensor:
        nonlocal evaluations, least
        evaluations += 1
        search.zero_grad()
        cost = cost_of(pixels)
        cost.backward()
        least = min(least, cost.item())
        return cost

    search = torch.optim.LBFGS(
        [pixels], max_iter=iterations, max_eval=ours["evaluations"],
        history_size=ours["pairs"], tolerance_grad=0, tolerance_change=0,
        line_search_fn="strong_wolfe",
    )  # fmt: skip
    before = time.perf_counter(), time.process_time()
    search.step(closure)
    return {**_since(*before), "cost": least, "evaluations": evaluations, "layout": layout}


def _since(wall: float, cpu: float) -> Found:
    return {"seconds": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def _their_faster_layout(
    network: VGG, ours: Objective, start: np.ndarray
) -> tuple[str, Callable[[torch.Tensor], torch.Tensor]]:
    """The layout in which PyTorch evaluates faster, and its cost function in that layout."""
    costs = {name: _their_cost(network, ours, form) for name, form in layouts.formats(2).items()}

    def evaluation(name: str) -> Callable[[], object]:
        pixels = torch.tensor(start)[None].requires_grad_()
        return lambda: costs[name](pixels).backward()

    seconds = interleaved({name: evaluation(name) for name in costs}, 3)
    layout = min(seconds, key=lambda name: float(seconds[name].min()))
    return layout, costs[layout]


def _their_cost(
    network: VGG, ours: Objective, layout: torch.memory_format
) -> Callable[[torch.Tensor], torch.Tensor]:
    """The cost that `ours` computes, by PyTorch, in one memory layout."""
    parts = {
        name: (layouts.theirs(part.weight.data, layout), torch.tensor(part.bias.data))
        for name, part in network.named_children()
        if name.startswith("conv")
    }
    mean, std = torch.tensor(network.mean), torch.tensor(network.std)
    grams = {name: torch.tensor(gram.data) for name, gram in ours.grams.items()}
    assert ours.content is not None
    content = layouts.theirs(ours.content.data, layout)

    def cost(x: torch.Tensor) -> torch.Tensor:
        total, value = torch.zeros(()), ((x - mean) / std).contiguous(memory_format=layout)
        for name in network.layers:
            if name in parts:
                value = torch.nn.functional.conv2d(value, *parts[name], padding=1)
            elif name.startswith("pool"):
                value = torch.nn.functional.max_pool2d(value, 2)
            else:
                value = value.relu_()
            if name in grams:
                flat = value.reshape(value.shape[1], -1)
                gram = flat @ flat.T * (ours.scales[name] ** 2 / (2 * value.numel()))
                total = total + 40 * 0.2 * ((gram - grams[name]) ** 2).sum()
            if name == style.CONTENT_LAYER:
                apart = ((value - content) ** 2).sum() / (4 * value.numel())
                total = total + 10 * ours.content_scale**2 * apart
        return total

    return cost


def report(found: Found) -> list[str]:
    """What was found, in lines."""
    ours, theirs = found["ours"], found["theirs"]
    lines = [
        f"{side}: cost {side_found['cost']:.4f} after {side_found['evaluations']} evaluations, "
        f"{side_found['seconds']:.1f} s ({side_found['cpu']:.1f} s of CPU; each: "
        f"{', '.join(f'{s:.1f}' for s in side_found['all'])})"
        for side, side_found in (("minidl", ours), (f"PyTorch ({theirs['layout']})", theirs))
    ]
    cost, wall, cpu = (ours[key] / theirs[key] for key in ("cost", "seconds", "cpu"))
    return [
        f"descent of {found['iterations']} iterations at {found['size']}, in turns, medians:",
        *lines,
        f"cost {cost:.3f} of theirs (target {COST_TARGET}), time {wall:.2f} (target {TIME_TARGET}; "
        f"by CPU time {cpu:.2f})",
    ]
