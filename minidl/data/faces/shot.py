"""What differs between two pictures of one person: pose, light, mood, hair, glasses, camera."""

from __future__ import annotations

import numpy as np

from minidl.data.faces.draws import Draws

Shot = dict[str, np.ndarray]

HAIR_STYLES = ("bald", "short", "fringe", "bob", "long", "afro", "bun", "hat")
OCCLUSIONS = ("none", "ball", "post", "scarf")

# Reflectances: black, brown, chestnut, auburn, blond, grey, white, and one that was dyed.
_HAIR = np.array(
    [[0.012, 0.010, 0.010], [0.05, 0.025, 0.015], [0.12, 0.05, 0.025], [0.28, 0.08, 0.03],
     [0.52, 0.36, 0.15], [0.22, 0.21, 0.21], [0.60, 0.58, 0.55], [0.25, 0.10, 0.45]]
)  # fmt: skip


def shots(key: np.ndarray) -> Shot:
    """How the pictures with these keys (N,) were taken: arrays (N,), colours (N, 3)."""
    draw = Draws(key)
    parts = (_pose, _light, _expression, _hair, _glasses, _surroundings, _camera)
    return {name: values for part in parts for name, values in part(draw).items()}


def _pose(draw: Draws) -> Shot:
    """Angles in degrees, lengths as in `identity`; 0 looks straight at the camera."""
    return {
        "yaw": draw.bell(-26, 26),
        "pitch": draw.bell(-12, 12),
        "roll": draw.bell(-10, 10),
        "scale": draw.uniform(0.95, 1.06),
        "shift_x": draw.uniform(-0.06, 0.06),
        "shift_y": draw.uniform(-0.06, 0.06),
    }


def _light(draw: Draws) -> Shot:
    """light_azimuth, light_elevation: degrees from the camera, to the right and up."""
    return {
        "light_azimuth": draw.bell(-60, 60),
        "light_elevation": draw.uniform(0, 55),
        "light_strength": draw.uniform(0.5, 0.85),
        "ambient": draw.uniform(0.42, 0.65),
        "warmth": draw.bell(-0.08, 0.08),
        "exposure": draw.uniform(0.88, 1.12),
    }


def _expression(draw: Draws) -> Shot:
    return {
        "smile": draw.bell(-0.6, 0.9),
        "mouth_open": draw.uniform(0.0, 1.0) * draw.chance(0.4),
        "eyes_open": draw.uniform(0.7, 1.1),
        "gaze_x": draw.bell(-0.5, 0.5),
        "gaze_y": draw.bell(-0.3, 0.3),
        "brow_raise": draw.bell(-0.04, 0.06),
    }


def _hair(draw: Draws) -> Shot:
    style = draw.choice([1, 4, 3, 2, 3, 1, 1.5, 1.2])
    shade = draw.uniform(0.7, 1.4)[:, None]
    beard = draw.choice([8, 1.5, 0.8, 0.8])
    return {
        "hair_style": style,
        "hair_colour": _HAIR[draw.choice([3, 3, 2, 1, 2, 1, 0.6, 0.4])] * shade,
        "parting": draw.uniform(-0.18, 0.18),
        "hair_length": draw.uniform(0.5, 1.0),
        "beard": np.array([0.0, 0.35, 0.7, 0.0])[beard] * draw.uniform(0.6, 1.1),
        "moustache": np.array([0.0, 0.35, 0.7, 0.9])[beard],
        "hat_colour": draw.colour(0.03, 0.7),
    }


def _glasses(draw: Draws) -> Shot:
    return {
        "glasses": draw.chance(0.25).astype(np.float64),
        "lens_width": draw.uniform(0.17, 0.25),
        "lens_height": draw.uniform(0.12, 0.21),
        "lens_round": draw.uniform(0.03, 0.14),
        "rim": draw.uniform(0.012, 0.024),
        "lens_tint": draw.uniform(0.0, 0.2),
        "frame_colour": draw.colour(0.01, 0.4) * draw.uniform(0.1, 1.0)[:, None],
    }


def _surroundings(draw: Draws) -> Shot:
    angle = draw.uniform(0, 2 * np.pi)
    return {
        "background": np.stack([draw.colour(0.03, 0.8, 0.8), draw.colour(0.03, 0.8, 0.8)], axis=1),
        "gradient": np.stack([np.cos(angle), np.sin(angle)], axis=1),
        "blobs": np.stack([_blob(draw) for _ in range(3)], axis=1),  # (N, 3, 6)
        "clothes": draw.colour(0.02, 0.7),
        **_occlusion(draw),
    }


def _blob(draw: Draws) -> np.ndarray:
    """(N, 6): x, y, radius, colour."""
    place = [draw.uniform(-1.5, 1.5), draw.uniform(-1.5, 1.5), draw.uniform(0.1, 0.6)]
    return np.column_stack([*place, draw.colour(0.03, 0.8)])


def _occlusion(draw: Draws) -> Shot:
    """Something in front of the lower face or its side, never of the eyes."""
    kind = draw.choice([12, 1, 1, 1])
    side = draw.sign()
    return {
        "occlusion": kind,
        "occluder_x": side * draw.uniform(0.55, 0.85),
        "occluder_y": draw.uniform(-1.0, -0.7),
        "occluder_size": draw.uniform(0.18, 0.34),
        "occluder_colour": draw.colour(0.03, 0.7),
    }


def _camera(draw: Draws) -> Shot:
    """blur, noise: standard deviations, in 1/64 of the picture's width and of the values."""
    return {
        "blur": draw.uniform(0.3, 0.55) * draw.chance(0.2),
        "noise": draw.uniform(0.0, 0.012),
        "grain": np.floor(draw.uniform(0, 2.0**31)),
    }
