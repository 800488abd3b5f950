"""Data to learn from, images, and batches."""

from minidl.data.digits import Digits, digits
from minidl.data.ecg import Ecg, Recording, ecg
from minidl.data.faces import Faces, faces
from minidl.data.image import load_image, save_image
from minidl.data.loader import DataLoader
from minidl.data.volume import Volume, volume

__all__ = [
    "DataLoader",
    "Digits",
    "Ecg",
    "Faces",
    "Recording",
    "Volume",
    "digits",
    "ecg",
    "faces",
    "load_image",
    "save_image",
    "volume",
]
