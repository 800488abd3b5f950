"""Makes minidl/data/assets/samples/portraits/*.jpg of two official portraits.

python tools/assets/portraits.py FOLDER

FOLDER holds obama.jpg and biden.jpg; where they come from, whose they are and under which licence:
minidl/data/assets/samples/README.md. Each is cut to its upper part, head and shoulders, as wide as
four fifths of its height at most, reduced to 384 pixels on the longer side (Lanczos) and stored as
JPEG without its EXIF words.
"""

import hashlib
import sys
from pathlib import Path

from PIL import Image

TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "samples" / "portraits"
LONGEST, QUALITY = 384, 88

SOURCES = {
    "biden": "3c17508bb91554c637a2eabddfae790e5bb1caba93130814fc2ac50be9760c4c",
    "obama": "0930e3aa8cae5920329c0c8cbc6a2ab70f47b0e67b432875beaa95cbf7e741f6",
}


def main(folder: Path) -> None:
    TARGET.mkdir(exist_ok=True)
    for name, expected in SOURCES.items():
        source = folder / f"{name}.jpg"
        if hashlib.sha256(source.read_bytes()).hexdigest() != expected:
            sys.exit(f"{source} is not the file that was reduced")
        image = Image.open(source).convert("RGB")
        image = image.crop((0, 0, image.width, min(image.height, image.width * 5 // 4)))
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        path = TARGET / f"{name}.jpg"
        image.save(path, quality=QUALITY, optimize=True)
        print(f"{path.name}: {image.size}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
