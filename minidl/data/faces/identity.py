"""Who someone is: what stays the same in all their pictures.

Lengths are in units of about half a head's height. x runs to the right of the picture, y up, z
towards the viewer; (0, 0, 0) is the middle of the head, eyes are near y = 0.05, chins near y = -1.
"""

from __future__ import annotations

import numpy as np

from minidl.data.faces.draws import Draws

Traits = dict[str, np.ndarray]

# Reflectances from pale to dark, and of irises: brown, hazel, green, blue, grey.
_SKIN = np.array(
    [[0.84, 0.60, 0.48], [0.66, 0.41, 0.28], [0.46, 0.25, 0.15], [0.27, 0.135, 0.08],
     [0.16, 0.085, 0.055]]
)  # fmt: skip
_IRIS = np.array(
    [[0.06, 0.03, 0.02], [0.25, 0.13, 0.04], [0.12, 0.30, 0.12], [0.10, 0.28, 0.60],
     [0.35, 0.40, 0.45]]
)  # fmt: skip
MOLES = 4


def people(key: np.ndarray) -> Traits:
    """The traits of the people with these keys (N,): arrays (N,), colours (N, 3)."""
    draw = Draws(key)
    return {**_skull(draw), **_eyes(draw), **_nose_and_mouth(draw), **_skin(draw), **_marks(draw)}


def _skull(draw: Draws) -> Traits:
    return {
        "skull_width": draw.uniform(0.64, 0.82),
        "skull_height": draw.uniform(0.66, 0.80),
        "face_width": draw.uniform(0.56, 0.72),
        "jaw_width": draw.uniform(0.34, 0.62),
        "jaw_y": draw.uniform(-0.56, -0.42),
        "chin_y": draw.uniform(-0.96, -0.74),
        "chin_width": draw.uniform(0.18, 0.40),
        "cheekbone": draw.uniform(0.14, 0.30),
        "ridge": draw.uniform(0.04, 0.16),
        "ear_size": draw.uniform(0.13, 0.27),
        "ear_out": draw.uniform(-0.03, 0.07),
        "hairline": draw.uniform(0.42, 0.68),
        "neck_width": draw.uniform(0.30, 0.46),
    }


def _eyes(draw: Draws) -> Traits:
    return {
        "eye_x": draw.uniform(0.25, 0.40),
        "eye_y": draw.uniform(-0.06, 0.15),
        "eye_width": draw.uniform(0.125, 0.215),
        "eye_height": draw.uniform(0.05, 0.135),
        "eye_tilt": draw.uniform(-0.28, 0.30),
        "iris_size": draw.uniform(0.065, 0.105),
        "iris": _blend(_IRIS, draw.choice([3, 2, 2, 3, 1.5]), draw.uniform(0.75, 1.3)),
        "crease": draw.uniform(0.0, 1.0),
        "socket": draw.uniform(0.05, 0.5),
        "bags": draw.uniform(0.0, 0.5) * draw.chance(0.6),
        "brow_gap": draw.uniform(0.12, 0.26),
        "brow_thickness": draw.uniform(0.014, 0.08),
        "brow_arch": draw.uniform(-0.01, 0.11),
        "brow_tilt": draw.uniform(-0.075, 0.055),
        "brow_length": draw.uniform(0.15, 0.27),
        "brow_darkness": draw.uniform(0.45, 1.0),
    }


def _nose_and_mouth(draw: Draws) -> Traits:
    return {
        "nose_y": draw.uniform(-0.38, -0.20),
        "nose_out": draw.uniform(0.02, 0.20),
        "nose_width": draw.uniform(0.07, 0.17),
        "nose_tip": draw.uniform(0.08, 0.15),
        "nose_bridge": draw.uniform(0.05, 0.12),
        "nose_turn": draw.uniform(-0.05, 0.06),
        "mouth_gap": draw.uniform(0.17, 0.33),
        "mouth_width": draw.uniform(0.16, 0.37),
        "upper_lip": draw.uniform(0.02, 0.095),
        "lower_lip": draw.uniform(0.03, 0.12),
        "cupid": draw.uniform(0.0, 0.6),
        "mouth_tilt": draw.uniform(-0.05, 0.05),
        "lip_red": draw.uniform(0.1, 1.0),
        "folds": draw.uniform(0.0, 0.6) * draw.chance(0.6),
    }


def _skin(draw: Draws) -> Traits:
    tone = draw.uniform(0, len(_SKIN) - 1.001)
    low = tone.astype(np.int64)
    part = (tone - low)[:, None]
    colour = _SKIN[low] * (1 - part) + _SKIN[low + 1] * part
    tint = np.stack(
        [draw.uniform(0.88, 1.15), draw.uniform(0.88, 1.08), draw.uniform(0.7, 1.25)], 1
    )
    return {"tone": tone, "skin": colour * tint, "blush": draw.uniform(0, 0.5)}


def _marks(draw: Draws) -> Traits:
    """Moles, freckles and a scar; most people have none of one kind or another."""
    count = draw.choice([2, 3, 3, 2, 1])
    moles = [_mole(draw, number < count) for number in range(MOLES)]
    scar = draw.chance(0.15) * 0.5
    x, y, angle = draw.uniform(-0.45, 0.45), draw.uniform(-0.5, 0.5), draw.uniform(0, np.pi)
    return {
        "moles": np.stack(moles, axis=1),  # (N, MOLES, 3)
        "freckles": draw.uniform(0.2, 0.6) * draw.chance(0.25),
        "scar": np.stack([x, y, np.cos(angle) * 0.13, np.sin(angle) * 0.13, scar], axis=1),
    }


def _mole(draw: Draws, present: np.ndarray) -> np.ndarray:
    """(N, 3): x, y and radius, which is 0 for someone who does not have this one."""
    x, y = draw.uniform(-0.45, 0.45), draw.uniform(-0.75, 0.5)
    return np.stack([x, y, draw.uniform(0.025, 0.05) * present], axis=1)


def _blend(table: np.ndarray, row: np.ndarray, brightness: np.ndarray) -> np.ndarray:
    colours: np.ndarray = table[row] * brightness[:, None]
    return colours
