"""The two networks for photographs, layer by layer, against onnxruntime and PyTorch.

YuNet: the original file (in MINIDL_DATA/models) run by onnxruntime, with every layer as an output.
The residual network: PyTorch, with convolutions and batch norms apart as they are stored.
float32 sums of up to 2304 products through up to 29 layers, on our side often by Winograd's
algorithm: 1e-3 of a layer's length bounds their rounding; a wrong layer differs by more than 0.1.
"""

import os
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

from minidl import Tensor, data, no_grad  # noqa: E402
from minidl.models import FaceDetector, FaceResNet, align, weights_file  # noqa: E402
from minidl.models.face_resnet import MEAN, DownBlock  # noqa: E402
from minidl.models.photo_weights import RESNET  # noqa: E402
from minidl.models.quantised import restored  # noqa: E402
from minidl.models.shipped import ASSETS  # noqa: E402

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-3
YUNET = Path(os.environ.get("MINIDL_DATA", "")) / "models" / "yunet_n.onnx"


def distance(ours, theirs):
    return np.linalg.norm(np.asarray(ours) - theirs) / np.linalg.norm(theirs)


def photograph():
    """(1, 3, 384, 384), 0 to 1."""
    return data.sample_image("astronaut")[None]


@pytest.fixture(scope="module")
def yunet_layers():
    """What every convolution of the original says, after its ReLU if it has one, in its order."""
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: run `make oracle`")
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    if not YUNET.is_file():
        pytest.skip("yunet_n.onnx is not in MINIDL_DATA/models")
    model = onnx.load(YUNET)
    relu = {n.input[0]: n.output[0] for n in model.graph.node if n.op_type == "Relu"}
    names = [n.output[0] for n in model.graph.node if n.op_type == "Conv"]
    names = [relu.get(name, name) for name in names]
    del model.graph.output[:]
    model.graph.output.extend(onnx.ValueInfoProto(name=name) for name in names)
    session = runtime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    bgr = np.ascontiguousarray(photograph()[:, ::-1] * np.float32(255))
    return session.run(names, {"input": bgr})


def our_layers(network, x):
    """What every convolution says, by its name."""
    found = {}
    with no_grad(), pytest.MonkeyPatch.context() as patch:
        for name, part in network.named_modules():
            if type(part).__name__ == "Conv2d":
                patch.setattr(part, "forward", _kept(found, name, part.forward), raising=False)
        network(Tensor(x))
    return found


def _kept(found, name, forward):
    def call(x):
        found[name] = forward(x)
        return found[name]

    return call


def test_every_layer_of_the_detector_is_onnxruntimes(yunet_layers):
    ours = our_layers(FaceDetector.pretrained().network, photograph())
    order = [name for name in ours if not name.startswith(("shared", "heads"))]
    order += [f"shared.{i}.{part}" for i in range(3) for part in ("pointwise", "depthwise")]
    theirs = iter(yunet_layers)
    for name in order:
        assert distance(ours[name].data, next(theirs)) < TOLERANCE, name
    heads = [[(next(theirs), next(theirs)) for _ in range(3)] for _ in range(4)]
    for level in range(3):
        for part, kind in enumerate(("pointwise", "depthwise")):
            expected = np.concatenate([head[level][part] for head in heads], axis=1)
            assert distance(ours[f"heads.{level}.{kind}"].data, expected) < TOLERANCE, (level, kind)
    assert next(theirs, None) is None


@pytest.fixture(scope="module")
def chips():
    found = []
    for name in ("astronaut", *data.PORTRAITS):
        photo = data.sample_image(name)
        (face,) = FaceDetector.pretrained().detect(photo)
        found.append(align(photo, face.points))
    return np.stack(found)


class Theirs:
    """The residual network by PyTorch, of the stored arrays."""

    def __init__(self):
        arrays, about = weights_file.read(ASSETS / RESNET[0])
        self.arrays = {n: torch.tensor(a) for n, a in restored(arrays, about["steps"]).items()}

    def conv(self, name, x, stride=1, padding=1):
        weight, bias, scale, shift = (
            self.arrays[f"{name}.{kind}"] for kind in ("weight", "bias", "scale", "shift")
        )
        y = torch.nn.functional.conv2d(x, weight, bias, stride, padding)
        return y * scale.reshape(-1, 1, 1) + shift.reshape(-1, 1, 1)

    def block(self, name, x, down):
        y = self.conv(f"{name}.conv1", x, *((2, 0) if down else ())).relu()
        y = self.conv(f"{name}.conv2", y)
        if not down:
            return (y + x).relu()
        pooled = torch.nn.functional.avg_pool2d(x, 2)
        shape = [max(a, b) for a, b in zip(y.shape, pooled.shape, strict=True)]
        total = torch.zeros(shape)
        for part in (y, pooled):
            total[tuple(slice(0, n) for n in part.shape)] += part
        return total.relu()


def test_every_block_of_the_residual_network_is_pytorchs(chips):
    network, theirs = FaceResNet.pretrained(), Theirs()
    x = torch.tensor(chips) - torch.tensor(MEAN).reshape(3, 1, 1) / 255
    value = torch.nn.functional.max_pool2d(theirs.conv("stem", x, 2, 0).relu(), 3, 2)
    ours = Tensor(value.numpy())
    through = ours  # without taking PyTorch's value at each block
    with no_grad():
        for number, block in enumerate(network.blocks):
            down = isinstance(block, DownBlock)
            following = theirs.block(f"blocks.{number}", value, down)
            assert distance(block(ours).data, following.numpy()) < TOLERANCE, number
            through = block(through)
            value, ours = following, Tensor(following.numpy())
        assert distance(through.data, value.numpy()) < TOLERANCE
        features = network.features(chips).data
    assert distance(features, value.mean((2, 3)).numpy()) < TOLERANCE
    encodings = value.mean((2, 3)) @ theirs.arrays["head.weight"].T
    assert distance(network.encode(chips), encodings.numpy()) < TOLERANCE
