"""Data to learn from, images, and batches."""

from minidl.data.digits import Digits, digits
from minidl.data.image import load_image, save_image
from minidl.data.loader import DataLoader

__all__ = ["DataLoader", "Digits", "digits", "load_image", "save_image"]
