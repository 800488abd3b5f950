"""Makes minidl/data/assets/volume.npz from an MRI scan that NiBabel ships for its tests.

Usage: python tools/assets/volume.py PATH/TO/example4d.nii.gz
The file lies in the nibabel-5.4.2 wheel, at nibabel/tests/data/example4d.nii.gz.
"""

import gzip
import hashlib
import sys
from pathlib import Path

import numpy as np

SOURCE_SHA256 = "42097dfbab9d2a036b41ae5c97a359591cf2cf5c3f8dc6ca6455c0b8a7f22696"
TARGET = Path(__file__).parents[2] / "minidl" / "data" / "assets" / "volume.npz"
HEAD = np.s_[:, 4:96, 27:99]  # the rest is empty


def read(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """The first volume (depth, height, width), int16, and the voxel's size in mm in that order.

    NIfTI-1: a header of 348 bytes, then the values, the axis from the right to the left of the head
    fastest, then back to front, then bottom to top, then time.
    """
    packed = path.read_bytes()
    found = hashlib.sha256(packed).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit(f"{path} has SHA-256 {found}, expected {SOURCE_SHA256}")
    raw = gzip.decompress(packed)
    width, height, depth = np.frombuffer(raw, "<i2", 3, offset=42)
    size = np.frombuffer(raw, "<f4", 3, offset=80)[::-1]
    start = int(np.frombuffer(raw, "<f4", 1, offset=108)[0])
    values = np.frombuffer(raw, "<i2", int(width) * int(height) * int(depth), offset=start)
    return values.reshape(depth, height, width)[:, ::-1], size  # row 0 is the front of the head


def main() -> None:
    voxels, size = read(Path(sys.argv[1]))
    head = voxels[HEAD]
    assert np.count_nonzero(head > 50) == np.count_nonzero(voxels > 50), "the cut misses tissue"
    np.savez_compressed(TARGET, voxels=head, voxel_size=size)
    print(f"{TARGET.name}: {head.shape}, {TARGET.stat().st_size:,} bytes, SHA-256",
          hashlib.sha256(TARGET.read_bytes()).hexdigest())  # fmt: skip


if __name__ == "__main__":
    main()
