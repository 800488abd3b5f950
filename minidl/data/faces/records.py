"""Everything the renderer must know of a picture, as one record, named as in the formulas."""

from __future__ import annotations

import numpy as np

from minidl.data.faces.identity import Traits
from minidl.data.faces.scene import hair_edges, light_directions
from minidl.data.faces.shot import HAIR_STYLES, Shot


def records(person: Traits, shot: Shot, turn: np.ndarray, number: np.ndarray) -> np.ndarray:
    """(N,) records: traits, shot and what follows from both; number: (N,), whose face it is."""
    hat = (shot["hair_style"] == HAIR_STYLES.index("hat"))[:, None]
    light = light_directions(shot)
    halfway = light + np.array([0, 0, 1 + 1e-6])  # between the light and the camera
    derived = {
        "turn": turn,
        "light": light,
        "halfway": halfway / np.linalg.norm(halfway, axis=1, keepdims=True),
        "person": number,
        "mouth_y": person["nose_y"] - person["mouth_gap"] - 0.04 * shot["mouth_open"],
        "cap_colour": np.where(hat, shot["hat_colour"], shot["hair_colour"]),
        "strands": np.where(hat[:, 0], 0.0, 1.0),
        "brow_colour": 0.35 * person["skin"] * 0.3 + 0.3 * shot["hair_colour"],
        **hair_edges(person, shot),
    }
    values = {**person, **shot, **derived}
    packed = np.empty(len(number), [(k, np.float64, v.shape[1:]) for k, v in values.items()])
    for name, value in values.items():
        packed[name] = value
    return packed
