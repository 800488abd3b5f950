"""Layers that do what a condition says."""

from __future__ import annotations

import minidl.functional as F
from minidl.arguments import Numbers, checked
from minidl.nn.linear import Linear
from minidl.nn.module import Module
from minidl.nn.options import positive
from minidl.seeding import Seed, generator
from minidl.tensor import Tensor, as_tensor


class ConditionalInstanceNorm2d(Module):
    """An instance norm whose scale and shift a condition decides: the style of what is painted.

    y = scale(c) (x - mean) / sqrt(var + eps) + shift(c): mean and variance of each channel of each
    example; `scale` and `shift` are linear layers from a condition c (N, condition_features) to
    (N, num_features).
    Source: Dumoulin, Shlens and Kudlur, "A learned representation for artistic style", 2017,
    equation 5; the linear layers: Ghiasi and others, "Exploring the structure of a real-time,
    arbitrary neural artistic stylization network", 2017, section 2.2.
    """

    @checked
    def __init__(
        self, num_features: int, condition_features: int, eps: float = 1e-5, *, seed: Seed = None
    ) -> None:
        name = type(self).__name__
        positive(name, num_features=num_features, condition_features=condition_features)
        self.num_features, self.condition_features = num_features, condition_features
        self.eps = eps
        rng = generator(seed)
        self.scale = Linear(condition_features, num_features, seed=rng)
        self.shift = Linear(condition_features, num_features, seed=rng)

    @checked
    def forward(self, x: Numbers, condition: Numbers) -> Tensor:
        """x (N, num_features, H, W) and condition (N, condition_features) to the shape of x.

        Raises ValueError for other shapes, and where a channel has one place only.
        """
        t, c = self._checked(x, condition)
        # An instance norm is a batch norm of one example that has the channels of all of them.
        together = t.reshape(1, -1, *t.shape[2:])
        scale, shift = (part(c).reshape(-1) for part in (self.scale, self.shift))
        y = F.batch_norm(together, None, None, scale, shift, training=True, eps=self.eps)
        return y.reshape(t.shape)

    def _checked(self, x: Numbers, condition: Numbers) -> tuple[Tensor, Tensor]:
        """Both as tensors, of shapes that go together."""
        name = type(self).__name__
        t, c = as_tensor(x), as_tensor(condition)
        fits = t.ndim == 4 and t.shape[1] == self.num_features
        if not fits or c.shape != (t.shape[0], self.condition_features):
            raise ValueError(
                f"{name}: given x of shape {t.shape} and a condition of shape {c.shape}, expected "
                f"(N, {self.num_features}, H, W) and (N, {self.condition_features})"
            )
        if t.shape[2] * t.shape[3] < 2:
            raise ValueError(
                f"{name}: given shape {t.shape}, expected at least two places to measure a variance"
            )
        return t, c

    def extra_repr(self) -> str:
        """The numbers of channels and of the condition's numbers."""
        return f"{self.num_features}, {self.condition_features}"
