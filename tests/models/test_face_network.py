"""The parts of the detector's network: what is one pass here is two layers."""

import numpy as np
import pytest

from minidl import Tensor
from minidl.functional.convolution import separable_conv2d
from minidl.kernels import conv
from minidl.models.face_network import DepthwiseBlock, joined
from minidl.nn.summarize import trace

X = np.random.default_rng(0).standard_normal((2, 16, 9, 12)).astype(np.float32)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_depthwise_block_is_its_two_layers(dtype):
    block = DepthwiseBlock(16, 20).astype(dtype)
    for parameter in block.parameters():
        parameter.data = np.random.default_rng(1).standard_normal(parameter.shape).astype(dtype)
    found = []
    for through in (block, lambda x: block.depthwise(block.pointwise(x))):
        x = Tensor(X.astype(dtype), requires_grad=True)
        block.zero_grad()
        y = through(x)
        (y * y).sum().backward()
        found.append([y.data, x.grad, *(p.grad for p in block.parameters())])
    for one, other in zip(*found, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5 * np.abs(other).max())


def test_a_depthwise_block_shows_both_layers_in_a_summary():
    rows = trace(DepthwiseBlock(3, 4), (1, 3, 5, 6))
    assert [(name, shape) for name, _, shape, _ in rows] == [
        ("pointwise", (1, 4, 5, 6)),
        ("depthwise", (1, 4, 5, 6)),
    ]


def test_separable_convolution_refuses_other_weights():
    shapes = (4, 3, 1, 1), (4,), (4, 1, 5, 5), (4,)
    with pytest.raises(ValueError, match=r"separable_conv2d: given input \(1, 3, 8, 8\)"):
        separable_conv2d(*(Tensor(np.ones(s, np.float32)) for s in ((1, 3, 8, 8), *shapes)))


def test_scales_are_joined_by_repeating_the_coarse_one():
    fine, coarse = Tensor(np.zeros((1, 2, 4, 6), np.float32)), Tensor(X[:1, :2, :2, :3])
    repeated = coarse.data.repeat(2, axis=2).repeat(2, axis=3)
    np.testing.assert_array_equal(joined(fine, coarse).data, repeated)


def test_another_convolution_is_used_where_it_took_the_place_of_ours(monkeypatch):
    block, asked, original = DepthwiseBlock(16, 4), [], conv.conv_forward
    expected = block(X).data

    def learners(x, w, *rest):
        asked.append(w.shape)
        return original(x, w, *rest)

    monkeypatch.setattr(conv, "conv_forward", learners)
    np.testing.assert_allclose(block(X).data, expected, rtol=1e-4, atol=1e-5)
    assert asked == [(4, 16, 1, 1), (4, 1, 3, 3)]
