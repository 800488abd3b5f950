"""The painter of one pass, layer by layer, against onnxruntime on the same float weights.

The published files (in MINIDL_DATA/models) round the values between the layers to eight bits; here
those roundings are taken out of the graphs, and the stored bytes become floats. Sums of up to 960
float32 products through 52 layers, on our side partly by Winograd's algorithm, on relu6's and
instance norms that do not enlarge errors: 1e-3 of a layer's length bounds their rounding; a wrong
layer differs by more than 0.1.
"""

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="PyTorch is not installed: run `make oracle`")

from minidl import Tensor, data, nn, no_grad, style

pytestmark = pytest.mark.oracle
TOLERANCE = 1e-3
MODELS = Path(os.environ.get("MINIDL_DATA", "")) / "models"
SIZES = [(384, 384), (256, 340), (201, 133), (64, 64), (150, 225), (97, 401), (512, 288), (30, 17),
         (16, 16), (222, 111)]  # fmt: skip


def as_floats(name):
    """A graph without roundings between layers, its weights as floats, for pictures of any size."""
    onnx = pytest.importorskip("onnx", reason="onnx is not installed: run `make oracle`")
    if not (MODELS / name).is_file():
        pytest.skip(f"{name} is not in MINIDL_DATA/models")
    model = onnx.load(MODELS / name)
    graph = model.graph
    stored = {i.name: onnx.numpy_helper.to_array(i) for i in graph.initializer}
    same, kept = {}, []
    for node in graph.node:
        if node.op_type not in ("QuantizeLinear", "DequantizeLinear"):
            kept.append(node)
        elif node.input[0] in stored:
            array, step = (stored[n] for n in node.input[:2])
            rows = step.reshape(-1, *[1] * (array.ndim - 1)) if step.ndim else step
            floats = (array.astype(np.float32) * rows).astype(np.float32)
            graph.initializer.append(onnx.numpy_helper.from_array(floats, node.output[0]))
        else:
            same[node.output[0]] = same.get(node.input[0], node.input[0])
    for node in kept:
        node.input[:] = [same.get(n, n) for n in node.input]
    del graph.node[:], graph.value_info[:]
    graph.node.extend(kept)
    result = same[graph.output[0].name]
    for given in graph.input:
        for axis in given.type.tensor_type.shape.dim[1:3]:
            axis.Clear()
    return onnx, model, result


def session(onnx, model, names):
    runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
    del model.graph.output[:]
    float32 = onnx.TensorProto.FLOAT
    model.graph.output.extend(onnx.helper.make_tensor_value_info(n, float32, None) for n in names)
    options = runtime.SessionOptions()
    options.log_severity_level = 3  # it warns of each of the bytes that nobody reads any more
    return runtime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def given(picture):
    return np.ascontiguousarray(picture.transpose(1, 2, 0)[None])


@pytest.fixture(scope="module")
def painter():
    return style.Painter.pretrained()


@pytest.fixture(scope="module")
def artwork():
    return data.artwork("waves", 256)


@pytest.fixture(scope="module")
def theirs():
    """Their painter: of a photograph and a manner the painting, as large as the photograph."""
    onnx, model, result = as_floats("arbitrary_transform.onnx")
    photograph, manner = (i.name for i in model.graph.input)
    run = session(onnx, model, [result])

    def paint(picture, numbers):
        feeds = {photograph: given(picture), manner: numbers.reshape(1, 1, 1, -1)}
        return run.run(None, feeds)[0][0].transpose(2, 0, 1)[
            :, : picture.shape[1], : picture.shape[2]
        ]

    return paint


def distance(ours, other):
    return np.linalg.norm(np.asarray(ours) - other) / np.linalg.norm(other)


def our_convolutions(network, *arguments):
    """What every convolution of a network says, in the order in which they are run."""
    found = []
    with no_grad(), pytest.MonkeyPatch.context() as patch:
        for _, part in network.named_modules():
            if isinstance(part, nn.Conv2d):
                patch.setattr(part, "forward", _kept(found, part.forward), raising=False)
        network(*(Tensor(a[None]) for a in arguments))
    return found


def _kept(found, forward):
    def call(x):
        found.append(forward(x))
        return found[-1]

    return call


def their_convolutions(name, feeds, skip=()):
    """The same of a graph, after a ReLU that follows at once; skip: words of names left out."""
    onnx, model, _ = as_floats(name)
    relu = {n.input[0]: n.output[0] for n in model.graph.node if n.op_type == "Relu"}
    names = [
        relu.get(n.output[0], n.output[0])
        for n in model.graph.node
        if n.op_type == "Conv" and not any(word in n.output[0] for word in skip)
    ]
    return session(onnx, model, names).run(None, feeds)


def test_every_layer_of_the_manner(painter, artwork):
    theirs = their_convolutions("arbitrary_predict.onnx", {"style_image": given(artwork)})
    ours = our_convolutions(painter.manner_network, artwork)
    assert len(theirs) == len(ours) + 1  # the last is a linear layer here
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
        assert distance(mine.data, other) < TOLERANCE, number
    assert distance(painter.manner(artwork), theirs[-1].ravel()) < TOLERANCE


def test_every_layer_of_the_painter(painter, artwork):
    photograph, manner = data.sample_image("cat")[:, :120, :180], painter.manner(artwork)
    feeds = {"content_image": given(photograph),
             "mobilenet_conv/Conv/BiasAdd": manner.reshape(1, 1, 1, -1)}  # fmt: skip
    theirs = their_convolutions("arbitrary_transform.onnx", feeds, skip=("StyleNorm",))
    ours = our_convolutions(painter.paint_network, photograph, manner)
    assert len(theirs) == len(ours)
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        assert distance(mine.data, other) < TOLERANCE, number


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_ten_pictures_of_ten_sizes(painter, theirs, artwork, height, width):
    names = data.SAMPLE_IMAGES
    photograph = data.resize_image(
        data.sample_image(names[SIZES.index((height, width)) % len(names)]), (height, width)
    )
    manner = painter.manner(artwork)
    expected = theirs(photograph, manner)
    assert np.abs(painter.paint(photograph, manner) - expected).max() < TOLERANCE
