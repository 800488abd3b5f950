"""Faces of people who do not exist, drawn by formulas.

Nobody's biometric data, as many people as needed, every factor known (docs/decisions.md).

A person's traits (`identity`) are the same in all pictures; all else (`shot`) is drawn anew for
each. Both become ellipsoids (`scene`), which a compiled kernel (`render`) draws.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from minidl.arguments import checked, spelt
from minidl.data.faces.draws import keys
from minidl.data.faces.identity import people
from minidl.data.faces.shot import HAIR_STYLES, OCCLUSIONS, Shot, shots

__all__ = ["HAIR_STYLES", "OCCLUSIONS", "Faces", "face_traits", "faces"]

_SPLITS = {"train": 1, "test": 2}
_MAX_GIGABYTES = 64  # in one call: more is a mistake, which would fill the memory
_CHUNK = 1024  # pictures drawn at a time, to bound the memory of their descriptions


class Faces(NamedTuple):
    """Pictures of faces, whose they are, and how they were taken.

    images: (N, 3, size, size) float32, 0 to 1; the memory is channels-last.
    labels: (N,) int64, the number of the person.
    factors: for every name in `shot`, what varies, an array (N,) or (N, ...): yaw, pitch and roll
    in degrees; light_azimuth, light_strength, warmth, exposure; smile, mouth_open, eyes_open;
    glasses (0 or 1); hair_style (an index into HAIR_STYLES), hair_colour (N, 3), beard;
    occlusion (an index into OCCLUSIONS); blur, noise; and others.
    """

    images: np.ndarray
    labels: np.ndarray
    factors: dict[str, np.ndarray]


@checked
def faces(
    identities: int | Iterable[int], images: int | Iterable[int] = 10, *, size: int = 64,
    split: str = "train", seed: int = 0, fixed: Mapping[str, Any] | None = None,
) -> Faces:  # fmt: skip
    """Draws `images` pictures of each of `identities` people, person after person.

    identities, images: how many, or which (numbers from 0). Picture 7 of person 3 is the same
    whatever else is asked for, and at every size.
    split: "train" or "test"; no person is in both. seed: another seed, other people.
    fixed: factors that are to have one value in all pictures, `fixed={"yaw": 0, "glasses": 0}`;
    all else stays as it would be without.
    Raises ValueError or TypeError, naming the argument.
    """
    who, which = _numbers("identities", identities), _numbers("images", images)
    if split not in _SPLITS:
        raise ValueError(f'faces: given split={split!r}, expected "train" or "test"')
    if size < 8:
        raise ValueError(f"faces: given size={size}, expected at least 8 pixels")
    if seed < 0:
        raise ValueError(f"faces: given seed={seed}, expected a whole number from 0")
    gigabytes = len(who) * len(which) * size * size * 12 / 1e9
    if gigabytes > _MAX_GIGABYTES:
        raise ValueError(
            f"faces: given {len(who)} people with {len(which)} pictures of size={size}, which is "
            f"{gigabytes:.0f} GB, expected at most {_MAX_GIGABYTES}: draw them in parts"
        )
    labels = np.repeat(who, len(which))
    person = keys(seed, _SPLITS[split], labels)
    shot = shots(keys(person, 2, np.tile(which, len(who))))
    _fix(shot, fixed or {})
    return Faces(_drawn(person, shot, size), labels, shot)


@checked
def face_traits(
    labels: Iterable[int], *, split: str = "train", seed: int = 0
) -> dict[str, np.ndarray]:
    """What stays the same in all pictures of a person: arrays (N, ...) for the N people `labels`.

    By name: tone (0 pale to 4 dark), skin (N, 3), jaw_width, nose_out, brow_thickness, iris (N, 3),
    and others; see `identity`. split and seed as they were given to `faces`, whose labels may be
    repeated here.
    """
    if split not in _SPLITS:
        raise ValueError(f'face_traits: given split={split!r}, expected "train" or "test"')
    who = _numbers("labels", np.asarray(labels).tolist())
    return people(keys(keys(seed, _SPLITS[split], who), 1))


def _drawn(person: np.ndarray, shot: Shot, size: int) -> np.ndarray:
    """(N, 3, size, size), for people with these keys."""
    from minidl.data.faces.records import records  # the renderer brings Numba with it
    from minidl.data.faces.render import render
    from minidl.data.faces.scene import rotations, solids

    pictures = np.empty((len(person), size, size, 3), np.float32)
    for start in range(0, len(person), _CHUNK):
        rows = slice(start, start + _CHUNK)
        who, how = people(keys(person[rows], 1)), {name: v[rows] for name, v in shot.items()}
        turn = rotations(how)
        number = (person[rows] >> np.uint64(40)).astype(np.float64)
        described = records(who, how, turn, number)
        pictures[rows] = render(described, solids(who, how, turn), size)
    return pictures.transpose(0, 3, 1, 2)


def _fix(shot: Shot, fixed: Mapping[str, float]) -> None:
    for name, value in fixed.items():
        if name not in shot:
            raise ValueError(f"faces: given fixed={name!r}, expected one of {', '.join(shot)}")
        try:
            shot[name] = np.broadcast_to(value, shot[name].shape).astype(shot[name].dtype)
        except ValueError as error:
            raise ValueError(
                f"faces: fixed {name!r} has shape {np.shape(value)}, expected "
                f"{shot[name].shape[1:]} or one number"
            ) from error
        if not np.isfinite(shot[name]).all():
            raise ValueError(f"faces: given fixed {name!r} = {value}, expected finite numbers")


def _numbers(name: str, given: int | Iterable[int]) -> np.ndarray:
    """(M,) int64: 0 .. given - 1, or the numbers given."""
    if isinstance(given, (int, np.integer)):
        numbers = np.arange(min(given, 10**8))  # enough to be too many
    else:
        numbers = np.array([*given]) if isinstance(given, Iterable) else np.zeros(0)
    if not len(numbers) or numbers.ndim != 1 or numbers.dtype.kind not in "iu" or numbers.min() < 0:
        raise ValueError(
            f"faces: given {name}={spelt(given)}, expected at least 1, or numbers from 0"
        )
    return numbers.astype(np.int64)
