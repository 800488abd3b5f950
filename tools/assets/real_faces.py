"""Makes face_detector.safetensors and face_resnet.safetensors in minidl/models/assets.

python tools/assets/real_faces.py FOLDER

FOLDER holds yunet_n.onnx, face_recognition_model.bin and its -weights_manifest.json (where they
come from: minidl/models/assets/README.md). Needs `onnx`, which minidl itself does not.

The detector: batch norms are folded already. The first convolution takes BGR from 0 to 255; turned
round and times 255 it takes RGB from 0 to 1. The four heads of a scale become one. Stored as
float32, since it is small.

The encoder: bytes stay the bytes that face-api stores, HWIO becomes OIHW, its few float32 filters
become float16. The SHA-256s that are printed belong in minidl/models/photo_weights.py.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from minidl.models import weights_file
from minidl.models.face_detector import FaceDetector
from minidl.models.face_resnet import FaceResNet
from minidl.models.photo_weights import DETECTOR, RESNET, folded
from minidl.models.quantised import restored
from minidl.models.shipped import ASSETS

WEIGHTS = "face_recognition_model.bin"
MANIFEST = "face_recognition_model-weights_manifest.json"
SOURCES = [
    ("104ee26c71d5c270ce79a6b3dced91c91013260d29a6bf18f9296c5b8c4c2b12", "yunet_n.onnx"),
    ("b413e420d6840b2775fba32008db6f3cddb07d485967fb42cfcf379c16a8c589", WEIGHTS),
    ("cbaffa501b0b9275a12b63357a6843e7e30c054e1c9151e1a5f879b26e32986b", MANIFEST),
]
HEADS = ("cls", "bbox", "obj", "kps")  # in the order of `face_network.SAID`
BLOCKS = (
    "32_1 32_2 32_3 64_down 64_1 64_2 64_3 128_down 128_1 128_2 256_down 256_1 256_2 256_down_out"
)


def main(folder: Path) -> None:
    for expected, name in SOURCES:
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != expected:
            sys.exit(f"{folder / name} is not the file that was converted")
    weights = detector(folder / "yunet_n.onnx")
    _write(DETECTOR[0], weights, {"from": "yunet_n_dynamic.onnx of libfacedetection.train"})
    FaceDetector().network.load_state_dict(weights)
    bytes_, steps = resnet(folder)
    _write(RESNET[0], bytes_, {"from": "@vladmandic/face-api 1.7.15", "steps": steps})
    FaceResNet().load_state_dict(folded(restored(bytes_, steps)))


def detector(path: Path) -> dict[str, np.ndarray]:
    """By our names, (K, C, R, S) and (K,), float32."""
    graph = onnx.load(path).graph
    stored = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
    convolutions = [node.input[1:] for node in graph.node if node.op_type == "Conv"]
    pairs = iter([(stored[w], stored[b]) for w, b in convolutions])  # in the order they are run
    weight, bias = next(pairs)
    found = {"fine.0.weight": weight[:, ::-1] * np.float32(255), "fine.0.bias": bias}
    for name in _detector_blocks():
        _put(found, name, next(pairs), next(pairs))
    heads = {name: [[next(pairs), next(pairs)] for _ in range(3)] for name in HEADS}
    for level in range(3):
        parts = [heads[name][level] for name in HEADS]
        joined = [[np.concatenate([p[i][j] for p in parts]) for j in (0, 1)] for i in (0, 1)]
        _put(found, f"heads.{level}", *joined)
    return {name: np.ascontiguousarray(array, np.float32) for name, array in found.items()}


def _detector_blocks() -> list[str]:
    """The depthwise blocks in the order in which the graph runs them."""
    fine = [f"fine.{i}" for i in (1, 3, 4, 5, 6, 8, 9)]
    later = [f"{level}.{i}" for level in ("middle", "coarse") for i in (1, 2)]
    laterals = [f"laterals.{i}" for i in (2, 1, 0)]
    return [*fine, *later, *laterals, *(f"shared.{i}" for i in range(3))]


def _put(found: dict[str, np.ndarray], name: str, pointwise: tuple, depthwise: tuple) -> None:
    for part, (weight, bias) in (("pointwise", pointwise), ("depthwise", depthwise)):
        found[f"{name}.{part}.weight"], found[f"{name}.{part}.bias"] = weight, bias


def resnet(folder: Path) -> tuple[dict[str, np.ndarray], dict[str, dict[str, float]]]:
    """Arrays by our names, uint8 or float16, and scale and least value of those of bytes."""
    manifest = folder / MANIFEST
    raw, at = (folder / WEIGHTS).read_bytes(), 0
    arrays, steps = {}, {}
    for entry in json.loads(manifest.read_text())[0]["weights"]:
        step, count = entry.get("quantization"), int(np.prod(entry["shape"]))
        array = np.frombuffer(raw, np.uint8 if step else np.float32, count, at)
        at += array.nbytes
        name, axes = _resnet_name(entry["name"]), range(len(entry["shape"]))[::-1]
        array = array.reshape(entry["shape"])
        arrays[name] = array.transpose(3, 2, 0, 1) if len(axes) == 4 else array.transpose(axes)
        if step:
            steps[name] = {"scale": step["scale"], "min": step["min"]}
        else:
            arrays[name] = arrays[name].astype(np.float16)
    if at != len(raw):
        sys.exit(f"the manifest speaks of {at} bytes, the file has {len(raw)}")
    return arrays, steps


def _resnet_name(theirs: str) -> str:
    """conv64_down/conv1/scale/weights to blocks.3.conv1.scale, fc to head.weight."""
    if theirs == "fc":
        return "head.weight"
    block, *part, _, last = theirs.removeprefix("conv").split("/")
    numbers = {name: f"blocks.{i}" for i, name in enumerate(BLOCKS.split())}
    own = {"filters": "weight", "bias": "bias", "weights": "scale", "biases": "shift"}[last]
    return ".".join([numbers.get(block, "stem"), *part, own])


def _write(name: str, arrays: dict[str, np.ndarray], about: dict) -> None:
    path = ASSETS / name
    weights_file.write(path, arrays, about)
    print(f"{path.name}: {path.stat().st_size / 1e6:.2f} MB")
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
