"""A photograph painted in one pass, beside PyTorch and onnxruntime, and the manner of an artwork.

All sides get the weights that ship with minidl. PyTorch and onnxruntime are given the scales and
shifts of the manner ready made, where ours works them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import onnx
import onnxruntime
import torch

from benchmarks import layouts
from benchmarks.job import Call, Contest, Job
from minidl import Tensor, data, nn, no_grad
from minidl.kernels.machine.threads import get_num_threads
from minidl.models.paint_network import PaintNetwork
from minidl.style import Painter

F = torch.nn.functional


def jobs() -> Iterator[Job]:
    """Painting at two sizes."""
    for size in (384, 1024):
        yield Job("painter", f"in one pass at {size}", 1.0, partial(_painting, size))


def _painting(size: int) -> Contest:
    painter = Painter.pretrained()
    manner = painter.manner("waves")
    network = painter.paint_network
    picture = data.resize_image(data.sample_image("temple"), (size, size))[None]

    def ours() -> np.ndarray:
        with no_grad():
            return network(Tensor(picture), Tensor(manner[None])).data

    theirs = {
        name: _by_pytorch(network, manner, picture, layout)
        for name, layout in layouts.formats(2).items()
    }
    return Contest(ours, {**theirs, "onnxruntime": _by_onnxruntime(network, manner, picture)})


def _norm(part: nn.ConditionalInstanceNorm2d, manner: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    with no_grad():
        return part.scale(manner).data, part.shift(manner).data


def _by_pytorch(
    network: PaintNetwork, manner: np.ndarray, picture: np.ndarray, layout: torch.memory_format
) -> Call:
    x = layouts.theirs(picture, layout)

    def conv(part: nn.Conv2d) -> Any:
        weight = layouts.theirs(part.weight.data, layout)
        bias = None if part.bias is None else torch.tensor(part.bias.data)
        sides = [part.kernel_size[0] // 2] * 4
        return lambda y: F.conv2d(F.pad(y, sides, "reflect"), weight, bias, part.stride)

    def norm(part: nn.ConditionalInstanceNorm2d) -> Any:
        scale, shift = (torch.tensor(a) for a in _norm(part, manner))
        return lambda y: F.instance_norm(y, weight=scale, bias=shift)

    contract = [conv(part) for part in network.contract]
    blocks = [(conv(b.conv1), norm(b.norm1), conv(b.conv2), norm(b.norm2)) for b in network.blocks]
    expand = [(conv(part.conv), norm(part.norm)) for part in network.expand]
    last = conv(network.last.conv), norm(network.last.norm)

    @torch.inference_mode()
    def paint() -> torch.Tensor:
        y = x
        for convolve in contract:
            y = convolve(y).relu_()
        for conv1, norm1, conv2, norm2 in blocks:
            y = norm2(conv2(norm1(conv1(y)).relu_())) + y
        for convolve, standardize in expand:
            y = standardize(convolve(F.interpolate(y, scale_factor=2, mode="nearest"))).relu_()
        return last[1](last[0](y)).sigmoid_()

    return paint


class _Graph:
    """An ONNX graph that grows by one operation at a time; each gives the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, array: np.ndarray) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def __call__(self, kind: str, *inputs: str, **options: Any) -> str:
        name = f"n{len(self.nodes)}"
        self.nodes.append(onnx.helper.make_node(kind, inputs, [name], **options))
        return name

    def conv(self, part: nn.Conv2d, y: str) -> str:
        side = part.kernel_size[0] // 2
        sides = self.constant(np.array([0, 0, side, side] * 2))
        given = [a for a in (part.weight, part.bias) if a is not None]
        padded = self("Pad", y, sides, mode="reflect")
        return self("Conv", padded, *(self.constant(a.data) for a in given), strides=part.stride)

    def norm(self, part: nn.ConditionalInstanceNorm2d, manner: np.ndarray, y: str) -> str:
        scale, shift = (self.constant(a) for a in _norm(part, manner))
        return self("InstanceNormalization", y, scale, shift, epsilon=part.eps)

    def twice(self, y: str) -> str:
        scales = self.constant(np.array([1, 1, 2, 2], np.float32))
        return self("Resize", y, "", scales, mode="nearest", nearest_mode="floor",
                    coordinate_transformation_mode="asymmetric")  # fmt: skip


def _by_onnxruntime(network: PaintNetwork, manner: np.ndarray, picture: np.ndarray) -> Call:
    graph, y = _Graph(), "picture"
    for part in network.contract:
        y = graph("Relu", graph.conv(part, y))
    for b in network.blocks:
        inner = graph("Relu", graph.norm(b.norm1, manner, graph.conv(b.conv1, y)))
        y = graph("Add", graph.norm(b.norm2, manner, graph.conv(b.conv2, inner)), y)
    for part in network.expand:
        y = graph("Relu", graph.norm(part.norm, manner, graph.conv(part.conv, graph.twice(y))))
    y = graph("Sigmoid", graph.norm(network.last.norm, manner, graph.conv(network.last.conv, y)))
    given, made = (
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, picture.shape)
        for name in ("picture", y)
    )
    whole = onnx.helper.make_graph(graph.nodes, "painter", [given], [made], graph.constants)
    model = onnx.helper.make_model(whole, opset_imports=[onnx.helper.make_opsetid("", 15)])
    model.ir_version = 8
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = get_num_threads()
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return lambda: session.run(None, {"picture": picture})[0]
