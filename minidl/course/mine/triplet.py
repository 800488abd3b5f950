"""Where exercise set 06 takes over: the triplet loss, and which triplets a batch is mined for."""

from __future__ import annotations

from typing import Any

import numpy as np

from minidl.course.mine.graph import scalar_with_gradients
from minidl.course.mine.places import Function, function
from minidl.metric.mining import Triplets
from minidl.tensor import Tensor, as_tensor

Array = np.ndarray


@function(
    "minidl.metric.losses.triplet_loss",
    "ex06.triplet_loss",
    "ex06.triplet_loss_grad",
    place="metric.triplet_loss and its gradient",
)
def _triplet_loss(original: Function, mine: Function, mine_grad: Function) -> Function:
    def triplet_loss(
        anchor: Any, positive: Any, negative: Any, margin: float | None = 0.2, squared: bool = True
    ) -> Tensor:
        if margin is None or not squared:
            result: Tensor = original(anchor, positive, negative, margin, squared)
            return result
        three = (as_tensor(anchor), as_tensor(positive), as_tensor(negative))
        arguments = (*(t.data for t in three), margin)
        return scalar_with_gradients("triplet_loss", mine, mine_grad, three, arguments)

    return triplet_loss


@function("minidl.metric.mining.all_triplets", "ex06.all_triplets", place="metric.all_triplets")
def _all_triplets(original: Function, mine: Function) -> Function:
    return lambda who: _triplets(mine(who))


@function(
    "minidl.metric.mining.hardest",
    "ex06.hardest",
    place="the triplets of metric.batch_hard_triplet_loss",
)
def _hardest(original: Function, mine: Function) -> Function:
    return lambda distances, who: _triplets(mine(distances, who))


@function(
    "minidl.metric.mining.semi_hard",
    "ex06.semi_hard",
    place="the triplets of metric.semi_hard_triplet_loss",
)
def _semi_hard(original: Function, mine: Function) -> Function:
    return lambda distances, who, margin: _triplets(mine(distances, who, margin))


def _triplets(found: tuple[Any, Any, Any]) -> Triplets:
    return Triplets(*(np.asarray(index, np.intp) for index in found))
