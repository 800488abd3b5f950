"""What losses of classifiers are made of."""

from __future__ import annotations

import numpy as np

from minidl.ops.registry import Sample, Vjps, op

Array = np.ndarray
LEAST_LOG = -100.0  # PyTorch's bound for the logarithm of a probability


def _picking(rng: np.random.Generator) -> list[Sample]:
    return [
        Sample((rng.standard_normal((4, 3)),), {"labels": rng.integers(0, 3, 4)}),
        Sample((rng.standard_normal((2, 3, 2, 3)),), {"labels": rng.integers(0, 3, (2, 2, 3))}),
    ]


@op(_picking)
def pick(x: Array, labels: Array) -> tuple[Array, Vjps]:
    """x[n, labels[n, ...], ...]: of x (N, K, ...), one class at every place of labels (N, ...)."""
    at = np.expand_dims(labels, 1)

    def vjp(g: Array) -> Array:
        out = np.zeros_like(x)
        np.put_along_axis(out, at, np.expand_dims(g, 1), 1)
        return out

    return np.take_along_axis(x, at, 1)[:, 0], (vjp,)


def _probabilities(rng: np.random.Generator) -> list[Sample]:
    return [Sample((rng.uniform(0.1, 0.9, (3, 2)), rng.random((3, 2))), {})]


@op(_probabilities, arrays=2)
def probability_loss(p: Array, t: Array) -> tuple[Array, Vjps]:
    """-[t log p + (1 - t) log(1 - p)], logarithms at least -100; p and t of one shape.

    Raises ValueError unless all p are from 0 to 1.
    """
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError(
            f"binary_cross_entropy: given input from {p.min():g} to {p.max():g}, expected "
            "probabilities from 0 to 1; for logits use binary_cross_entropy_with_logits"
        )
    with np.errstate(divide="ignore"):
        log_p, log_q = (np.maximum(np.log(v), p.dtype.type(LEAST_LOG)) for v in (p, 1 - p))
    spread = np.maximum(p * (1 - p), p.dtype.type(1e-12))  # as PyTorch's backward
    return -(t * log_p + (1 - t) * log_q), (
        lambda g: g * (p - t) / spread,
        lambda g: g * (log_q - log_p),
    )
