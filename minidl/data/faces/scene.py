"""From a person and a shot to what the renderer takes: ellipsoids as the camera sees them.

The camera looks along -z from far away. An ellipsoid with centre c is the set of points with
(p - c)^T M (p - c) = 1; along the line of sight through (c_x + u, c_y + v) its front is at

    z = c_z - a u - b v + h sqrt(1 - q),   q = S_xx u^2 + 2 S_xy u v + S_yy v^2,

with h = M_zz^(-1/2), a = M_xz / M_zz, b = M_yz / M_zz, and S what remains of M's upper left block
when z is eliminated (its Schur complement).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from minidl.data.faces.identity import Traits
from minidl.data.faces.shot import HAIR_STYLES, Shot

SKIN = 13  # ellipsoids before this number melt into one another and are the head
NECK, TORSO, CAP, LOCK_LEFT, LOCK_RIGHT, BACK, BUN, SOLIDS = 13, 14, 15, 16, 17, 18, 19, 20

# hair: how far it stands off the skull at the top, and how long, wide and deep it hangs behind
_THICKNESS = np.array([0.0, 0.07, 0.10, 0.12, 0.10, 0.26, 0.06, 0.09])
_BACK_WIDTH = np.array([0.0, 0.0, 0.0, 0.90, 0.86, 1.05, 0.0, 0.0])
_BACK_BOTTOM = np.array([0.0, 0.0, 0.0, -0.75, -1.9, -0.45, 0.0, 0.0])
_LOCKS = np.array([0.0, 0.0, 0.0, 0.55, 1.1, 0.0, 0.0, 0.0])
# where hair ends at the forehead (added to the person's hairline) and beside the ears
_FRONT = np.array([9.0, 0.0, -0.14, -0.06, 0.0, 0.03, 0.05, -0.08])
_SIDE = np.array([9.0, 0.10, -0.05, -0.45, -0.60, 0.0, 0.15, 0.22])


def rotations(shot: Shot) -> np.ndarray:
    """(N, 3, 3), head to camera: yaw about y, then pitch about x, then roll about z."""
    yaw, pitch, roll = (np.radians(shot[name]) for name in ("yaw", "pitch", "roll"))
    turned: np.ndarray = _about(2, roll) @ _about(0, pitch) @ _about(1, yaw)
    return turned


def _about(axis: int, angle: np.ndarray) -> np.ndarray:
    """(N, 3, 3)"""
    i, j = [(1, 2), (2, 0), (0, 1)][axis]
    turn = np.zeros((len(angle), 3, 3))
    turn[:, axis, axis] = 1
    turn[:, i, i] = turn[:, j, j] = np.cos(angle)
    turn[:, i, j], turn[:, j, i] = -np.sin(angle), np.sin(angle)
    return turn


def light_directions(shot: Shot) -> np.ndarray:
    """(N, 3): unit vectors towards the light."""
    azimuth, elevation = np.radians(shot["light_azimuth"]), np.radians(shot["light_elevation"])
    flat = np.cos(elevation)
    return np.stack([flat * np.sin(azimuth), np.sin(elevation), flat * np.cos(azimuth)], axis=1)


def hair_edges(person: Traits, shot: Shot) -> dict[str, np.ndarray]:
    """The lower edge of the hair at the forehead and at the sides."""
    style = shot["hair_style"]
    return {"hair_front": person["hairline"] + _FRONT[style], "hair_side": _SIDE[style]}


def solids(person: Traits, shot: Shot, turn: np.ndarray) -> np.ndarray:
    """(N, SOLIDS, 10): c_x, c_y, c_z, a, b, S_xx, S_xy, S_yy, h, and k, the width of a melt."""
    parts = [*_head(person, shot), *_body(person), *_hair(person, shot)]
    count = len(turn)
    numbers = np.empty((count, SOLIDS, 8))  # centre, radii, tilt, k
    for place, part in enumerate(parts):
        for column, value in enumerate(part):
            numbers[:, place, column] = value
    turns = np.repeat(turn[:, None], SOLIDS, axis=1)
    turns[:, TORSO] = _about(1, np.radians(0.3 * shot["yaw"]))  # shoulders turn less than heads
    return _seen(numbers, turns)


def _seen(numbers: np.ndarray, turn: np.ndarray) -> np.ndarray:
    centre = np.einsum("neij,nej->nei", turn, numbers[..., :3])
    turn = turn @ _about(0, numbers[..., 6].ravel()).reshape(turn.shape)
    m = np.einsum("neij,nej,nekj->neik", turn, numbers[..., 3:6] ** -2.0, turn)
    mzz = m[..., 2, 2]
    a, b = m[..., 0, 2] / mzz, m[..., 1, 2] / mzz
    sxx, sxy = m[..., 0, 0] - a * m[..., 0, 2], m[..., 0, 1] - a * m[..., 1, 2]
    syy = m[..., 1, 1] - b * m[..., 1, 2]
    rest = [a, b, sxx, sxy, syy, mzz**-0.5, numbers[..., 7]]
    return np.concatenate([centre, np.stack(rest, axis=-1)], axis=-1)


def _head(p: Traits, s: Shot) -> Sequence[tuple[Any, ...]]:
    """Centre, radii, tilt (radians about x) and melt of each part, the skull first."""
    drop = 0.07 * s["mouth_open"]  # the jaw goes down with an open mouth
    nose_z = 0.70 + p["nose_out"]
    bridge_y = (p["eye_y"] + p["nose_y"]) / 2 + 0.04
    bridge_half = (p["eye_y"] - p["nose_y"]) / 2 + 0.12
    wing_y, wing_x = p["nose_y"] - 0.02, p["nose_width"]
    cheek, hidden = p["cheekbone"], 0.15 * (_LOCKS[s["hair_style"]] > 0)
    temple = np.maximum(0.92 * p["skull_width"], p["face_width"])
    ear_x = temple + p["ear_out"] - hidden
    ear = (p["ear_size"] * 0.45, p["ear_size"], 0.12)
    return [
        (0, 0.26, -0.12, p["skull_width"], p["skull_height"], 0.84, 0, 0),
        (0, -0.14, 0.0, p["face_width"], 0.76, 0.72, 0, 0.15),
        (0, p["jaw_y"] - drop, 0.08, p["jaw_width"], 0.42, 0.52, 0, 0.2),
        (0, p["chin_y"] - drop, 0.22, p["chin_width"], 0.2, 0.26, 0, 0.36),
        (-0.36, -0.12, 0.36, cheek, 0.17, 0.24, 0, 0.12),
        (0.36, -0.12, 0.36, cheek, 0.17, 0.24, 0, 0.12),
        (0, p["eye_y"] + 0.16, 0.52, 0.44, 0.11, 0.14 + p["ridge"], 0, 0.12),
        (0, bridge_y, nose_z - 0.06, p["nose_bridge"], bridge_half, 0.13, -0.22, 0.06),
        (0, p["nose_y"] + p["nose_turn"], nose_z, p["nose_tip"], 0.095, 0.15, 0, 0.07),
        (-wing_x, wing_y, nose_z - 0.08, 0.065, 0.065, 0.10, 0, 0.05),
        (wing_x, wing_y, nose_z - 0.08, 0.065, 0.065, 0.10, 0, 0.05),
        (-ear_x, -0.02, -0.08, *ear, 0, 0.02),
        (ear_x, -0.02, -0.08, *ear, 0, 0.02),
    ]


def _body(p: Traits) -> Sequence[tuple[Any, ...]]:
    return [
        (0, -1.15, -0.22, p["neck_width"], 0.75, 0.38, 0, 0.03),
        (0, -2.05, -0.35, 1.25, 0.75, 0.55, 0, 0.03),
    ]


def _hair(p: Traits, s: Shot) -> Sequence[tuple[Any, ...]]:
    style, length = s["hair_style"], s["hair_length"]
    thick = _THICKNESS[style] * (0.7 + 0.5 * length)
    wide, high = p["skull_width"] + 0.75 * thick, p["skull_height"] + thick
    lock = _LOCKS[style] * length + 0.05
    lock_x = np.where(_LOCKS[style] > 0, p["face_width"] + 0.03, 9.0)
    bottom = _BACK_BOTTOM[style] * (0.6 + 0.4 * length)
    behind = np.maximum(_BACK_WIDTH[style], 0.05)
    top = np.where(_BACK_WIDTH[style] > 0, 0.95, bottom + 0.1)
    bun_y = np.where(style == HAIR_STYLES.index("bun"), 1.05, 9.0)
    return [
        (0, 0.28, -0.16, wide, high, 0.86 + thick, 0, 0),
        (-lock_x, 0.2 - lock, 0.0, 0.17, lock + 0.3, 0.3, 0, 0),
        (lock_x, 0.2 - lock, 0.0, 0.17, lock + 0.3, 0.3, 0, 0),
        (0, (top + bottom) / 2, -0.45, behind, (top - bottom) / 2, 0.5, 0, 0),
        (0, bun_y, -0.25, 0.26, 0.26, 0.26, 0, 0),
    ]
