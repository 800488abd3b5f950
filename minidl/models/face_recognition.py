"""From a photograph to encodings of the faces on it: found, turned upright, encoded.

What cannot be recognised is said in a sentence instead of a number that means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from minidl.arguments import Numbers, checked
from minidl.files import Name
from minidl.metric.distances import measured
from minidl.models.alignment import ALIGNMENT, align
from minidl.models.drawn_check import DrawnCheck
from minidl.models.face import Face
from minidl.models.face_detector import SCORE, FaceDetector
from minidl.models.face_resnet import DIMENSIONS, FaceResNet
from minidl.models.photo_weights import DETECTOR, RESNET
from minidl.models.small_faces import SMALL, asked, known
from minidl.tensor import no_grad

# The largest distance of one person's two photographs, by the network's author; tried with this
# detector and alignment in docs/faces.md.
LIMIT = 0.6
BASIS = (
    "the limit of the network's author; on 72 faces of 20 people, each cut out in four ways, 0.5 % "
    "of one person's pairs were farther apart, and less than 0.1 % of two people's nearer"
)
SMALLEST = 13.0  # pixels of a face's width, below which nothing is said
_NEAR, _FAR = 0.05, 0.15  # from the limit: too near to believe, and far enough
_SIZE_HINT = 60  # pixels across that make a good picture
MADE_BY = f"{DETECTOR[1][:8]} / {ALIGNMENT} / {RESNET[1][:8]} / large and small"


class NoFaceError(ValueError):
    """A picture on which nobody can be recognised, and why: `message` begins with its name."""

    @checked
    def __init__(self, message: str) -> None:
        super().__init__(message)


@dataclass(frozen=True)
class SeenFace:
    """A face that was found, with its chip and its encoding (128,), or with why it has none."""

    face: Face
    encoding: np.ndarray | None
    trouble: str = ""
    chip: np.ndarray | None = None

    @property
    def small(self) -> bool:
        """Whether it has so few pixels that `encoding` alone says little."""
        return self.face.size < SMALL


class FaceRecogniser:
    """Detector, alignment and encoder, as they belong together.

    Distances mean something only between encodings of one of these; `MADE_BY` names it.
    """

    made_by = MADE_BY
    dimensions = 2 * DIMENSIONS  # of what is remembered of a face

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
        chips = {i: align(image, faces[i].points) for i in usable}
        if usable:
            with no_grad():
                features = self.network.features(np.stack(list(chips.values())))
                encoded = self.network.head(features).data
            encodings = dict(zip(usable, encoded, strict=True))
            for i, drawn in zip(usable, self.check.drawn(features.data), strict=True):
                if drawn and faces[i].size >= SMALL:  # of smaller ones it cannot be told
                    troubles[i] = "looks drawn, and the encoder knows photographs only"
                    del encodings[i]
        return [
            SeenFace(face, encodings.get(i), troubles[i], chips.get(i))
            for i, face in enumerate(faces)
        ]

    @checked
    def remembered(self, seen: SeenFace) -> np.ndarray:
        """What a gallery keeps of a face, (256,): for large faces to be compared with, and small.

        Raises ValueError for a face without an encoding.
        """
        return np.concatenate([_encoding(seen), known(self.network, _chip(seen))[0]])

    @checked
    def question(self, seen: SeenFace) -> np.ndarray:
        """What a face is looked up by, (128,), in that half of `remembered` that is for its size.

        Raises ValueError for a face without an encoding.
        """
        return asked(self.network, _chip(seen))[0] if seen.small else _encoding(seen)

    @checked
    def distance(self, one: SeenFace, other: SeenFace) -> float:
        """How far two faces are apart; where one is small, the larger is made as coarse first.

        Raises ValueError for a face without an encoding.
        """
        smaller, larger = sorted((one, other), key=lambda seen: seen.face.size)
        kept = known(self.network, _chip(larger)) if smaller.small else _encoding(larger)[None]
        return float(measured(self.question(smaller)[None], kept)[0])

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


def _encoding(seen: SeenFace) -> np.ndarray:
    if seen.encoding is None:
        raise ValueError(f"given a face that {seen.trouble}; expected one with an encoding")
    return seen.encoding


def _chip(seen: SeenFace) -> np.ndarray:
    if seen.chip is None:
        raise ValueError("given a face without its chip; expected one that `look` found")
    return seen.chip[None]


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
