"""Networks, and how they are trained and judged."""

from minidl.models.alignment import align, similarity
from minidl.models.batches import DrawnFaces, Pictures
from minidl.models.boxes import intersection_over_union, non_maximum_suppression
from minidl.models.evaluation import Evaluation, all_pairs, evaluate, one_shot_accuracy
from minidl.models.face import Face
from minidl.models.face_detector import FaceDetector
from minidl.models.face_embedding import FaceEmbedding
from minidl.models.face_encoder import FaceEncoder
from minidl.models.face_recognition import FaceRecogniser, NoFaceError
from minidl.models.face_resnet import FaceResNet
from minidl.models.gallery_folder import GalleryFolder
from minidl.models.history import History
from minidl.models.photo_gallery import PhotoGallery
from minidl.models.photos import load_photo
from minidl.models.pretrained_vgg import vgg16, vgg19
from minidl.models.recipe import MINING, Recipe
from minidl.models.training import train_embedding, train_encoder
from minidl.models.vgg import VGG

__all__ = [
    "MINING",
    "VGG",
    "DrawnFaces",
    "Evaluation",
    "Face",
    "FaceDetector",
    "FaceEmbedding",
    "FaceEncoder",
    "FaceRecogniser",
    "FaceResNet",
    "GalleryFolder",
    "History",
    "NoFaceError",
    "PhotoGallery",
    "Pictures",
    "Recipe",
    "align",
    "all_pairs",
    "evaluate",
    "intersection_over_union",
    "load_photo",
    "non_maximum_suppression",
    "one_shot_accuracy",
    "similarity",
    "train_embedding",
    "train_encoder",
    "vgg16",
    "vgg19",
]
