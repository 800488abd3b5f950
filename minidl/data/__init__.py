"""Data to learn from, images, and batches."""

from minidl.data.artwork import ARTWORKS, PAINTINGS, artwork, painting
from minidl.data.digits import Digits, digits
from minidl.data.ecg import Ecg, Recording, ecg
from minidl.data.faces import HAIR_STYLES, OCCLUSIONS, Faces, face_traits, faces
from minidl.data.image import image_suffixes, load_image, load_text, save_image
from minidl.data.loader import DataLoader
from minidl.data.olivetti import Olivetti, olivetti
from minidl.data.omniglot import Episode, Omniglot, omniglot, one_shot_episodes
from minidl.data.resizing import resize_image
from minidl.data.sampler import PKSampler
from minidl.data.samples import ALBUM, PORTRAITS, SAMPLE_IMAGES, sample_image
from minidl.data.volume import Volume, volume

__all__ = [
    "ALBUM",
    "ARTWORKS",
    "HAIR_STYLES",
    "OCCLUSIONS",
    "PAINTINGS",
    "PORTRAITS",
    "SAMPLE_IMAGES",
    "DataLoader",
    "Digits",
    "Ecg",
    "Episode",
    "Faces",
    "Olivetti",
    "Omniglot",
    "PKSampler",
    "Recording",
    "Volume",
    "artwork",
    "digits",
    "ecg",
    "face_traits",
    "faces",
    "image_suffixes",
    "load_image",
    "load_text",
    "olivetti",
    "omniglot",
    "one_shot_episodes",
    "painting",
    "resize_image",
    "sample_image",
    "save_image",
    "volume",
]
