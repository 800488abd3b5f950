"""From a photograph to encodings of the faces on it: found, turned upright, encoded.

What cannot be recognised is said in a sentence instead of a number that means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.files import Name
from minidl.models.alignment import ALIGNMENT, align
from minidl.models.drawn_check import DrawnCheck
from minidl.models.face import Face
from minidl.models.face_detector import SCORE, FaceDetector
from minidl.models.face_resnet import DIMENSIONS, FaceResNet
from minidl.models.photo_weights import DETECTOR, RESNET
from minidl.tensor import no_grad

# The largest distance of one person's two photographs, by the network's author; tried with this
# detector and alignment in docs/faces.md.
LIMIT = 0.6
BASIS = (
    "the limit of the network's author; on 72 faces of 20 people, each cut out in four ways, 0.5 % "
    "of one person's pairs were farther apart, and less than 0.1 % of two people's nearer"
)
SMALLEST = 13.0  # pixels of a face's width, below which nothing is said
SMALL = 32.0  # below which strangers are often nearer than LIMIT: 3 to 12 % at 16 pixels
_NEAR, _FAR = 0.05, 0.15  # from the limit: too near to believe, and far enough
_SIZE_HINT = 60  # pixels across that make a good picture
MADE_BY = f"{DETECTOR[1][:8]} / {ALIGNMENT} / {RESNET[1][:8]}"


class NoFaceError(ValueError):
    """A picture on which nobody can be recognised, and why: `message` begins with its name."""

    @checked
    def __init__(self, message: str) -> None:
        super().__init__(message)


@dataclass(frozen=True)
class SeenFace:
    """A face that was found, with its encoding (128,), or with why it has none."""

    face: Face
    encoding: np.ndarray | None
    trouble: str = ""


class FaceRecogniser:
    """Detector, alignment and encoder, as they belong together.

    Distances mean something only between encodings of one of these; `MADE_BY` names it.
    """

    made_by = MADE_BY
    dimensions = DIMENSIONS

    def __init__(self) -> None:
        self.detector = FaceDetector.pretrained()
        self.network = FaceResNet.pretrained()
        self.check = DrawnCheck.pretrained()

    @checked
    def look(self, image: Numbers) -> list[SeenFace]:
        """Every face in an image (3, H, W), floats 0 to 1, from left to right."""
        if np.ndim(image) != 3:
            raise ValueError(f"given shape {np.shape(image)}, expected one image (3, H, W)")
        faces = self.detector.detect(image, profiles=True)
        faces = sorted(faces, key=lambda face: float(face.box[0]))
        troubles = [_trouble(face) for face in faces]
        usable = [i for i, trouble in enumerate(troubles) if not trouble]
        encodings: dict[int, np.ndarray] = {}
        if usable:
            chips = np.stack([align(image, faces[i].points) for i in usable])
            with no_grad():
                features = self.network.features(chips)
                encoded = self.network.head(features).data
            encodings = dict(zip(usable, encoded, strict=True))
            for i, drawn in zip(usable, self.check.drawn(features.data), strict=True):
                if drawn and faces[i].size >= SMALL:  # of smaller ones it cannot be told
                    troubles[i] = "looks drawn, and the encoder knows photographs only"
                    del encodings[i]
        return [SeenFace(f, encodings.get(i), troubles[i]) for i, f in enumerate(faces)]

    @checked
    def only(self, image: Numbers, name: Name) -> SeenFace:
        """The one face in an image. Raises NoFaceError, naming it, where there is not just one.

        Faces too small to be recognised, as of people in the background, count only if there is
        no other.
        """
        seen = self.look(image)
        large = [s for s in seen if s.face.size >= SMALLEST] or seen
        if not large:
            raise NoFaceError(f"{name}: {self._nothing(image)}")
        if len(large) > 1:
            raise NoFaceError(
                f"{name}: {len(large)} faces where one is expected; cut the picture to one person"
            )
        if large[0].encoding is None:
            raise NoFaceError(f"{name}: the face {large[0].trouble}")
        return large[0]

    def _nothing(self, image: Numbers) -> str:
        least = 0.3
        unsure = self.detector.detect(image, least, profiles=True)
        if not unsure:
            return "there is no face; give a photograph of a person who looks into the camera"
        return (
            f"there is no face; what comes nearest scores {unsure[0].score:.2f}, less than the "
            f"{SCORE} of a face, as animals, drawings and hidden faces do"
        )


def _trouble(face: Face) -> str:
    """Why a face cannot be recognised, or nothing."""
    if face.size < SMALLEST:
        return (
            f"is {face.size:.0f} pixels wide, and at least {SMALLEST:.0f} are needed "
            f"({_SIZE_HINT} are good); give a larger picture"
        )
    if face.profile:
        return "is in profile, with an eye hidden; give a picture that looks into the camera"
    return ""


def belief(distance: float, limit: float, *sizes: float) -> str:
    """How far to believe what a distance says, for faces of so many pixels: a few words."""
    if sizes and min(sizes) < SMALL:
        return f"hardly: a face of {min(sizes):.0f} pixels looks like many people's"
    if abs(distance - limit) < _NEAR:
        return f"hardly: within {_NEAR} of the limit either answer happens"
    how = "fairly" if abs(distance - limit) >= _FAR else "as a hint"
    if distance <= limit:
        return f"{how}: relatives and lookalikes can be as near"
    return f"{how}: years, masks and bad light can put one person as far apart"
