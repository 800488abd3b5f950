"""Draws faces: one picture per item of work, one pixel after the other."""

from __future__ import annotations

import math

import numpy as np

from minidl.data.faces.paint import painted
from minidl.data.faces.pixel import front, hashed, head, mix, rgb, rise, soft, times
from minidl.data.faces.scene import NECK, SKIN, TORSO
from minidl.data.faces.wear import background, glasses, hair_before, hair_behind, lit, occluder
from minidl.kernels.machine import threads
from minidl.kernels.machine.jit import inner, kernel
from minidl.kernels.machine.simd import next_item

SPAN = 2.55  # the width of a picture at scale 1, in the head's units


def render(faces: np.ndarray, solids: np.ndarray, size: int) -> np.ndarray:
    """Pictures (N, size, size, 3), float32 from 0 to 1.

    faces: (N,) records, see `records`; solids: (N, SOLIDS, 10), see `scene`.
    """
    images = np.empty((len(faces), size, size, 3), np.float32)
    with threads.exclusive:
        threads.run(pictures, len(faces), (faces, solids, images))
    return images


@kernel
def pictures(thread, counter, count, job):
    faces, solids, images = job
    while True:
        n = next_item(counter)
        if n >= count:
            return
        draw(faces[n], solids[n], images[n])
        develop(faces[n], images[n])


@inner
def draw(f, solids, image):
    size = image.shape[0]
    sharp = size * f.scale / SPAN
    for row in range(size):
        v = (0.5 - (row + 0.5) / size) * SPAN / f.scale - f.shift_y
        for column in range(size):
            u = ((column + 0.5) / size - 0.5) * SPAN / f.scale - f.shift_x
            c = colour(f, solids, u, v, sharp)
            image[row, column, 0] = c[0]
            image[row, column, 1] = c[1]
            image[row, column, 2] = c[2]


@inner
def colour(f, solids, u, v, sharp):
    """What the camera sees along one line, from the back to the front."""
    z, inside, nx, ny, nz = head(solids, SKIN, u, v)
    covered = soft(inside, sharp)
    c = (0.0, 0.0, 0.0)
    if covered < 1.0:
        c = hair_behind(f, solids, background(f, u, v), u, v, sharp)
        c = body(f, solids, c, u, v, inside, sharp)
    t = f.turn
    x = t[0, 0] * u + t[1, 0] * v + t[2, 0] * z
    y = t[0, 1] * u + t[1, 1] * v + t[2, 1] * z
    if covered > 0.0:
        depth = t[0, 2] * u + t[1, 2] * v + t[2, 2] * z
        c = mix(c, lit(f, painted(f, x, y, depth, sharp), nx, ny, nz, 0.10), covered)
    c = hair_before(f, solids, c, u, v, z if covered > 0.0 else -1e9, sharp)
    if f.glasses > 0.0:
        c = glasses(f, c, u, v, x, y, inside, sharp)
    return occluder(f, c, u, v, sharp)


@inner
def body(f, solids, c, u, v, face_inside, sharp):
    """Clothes, and the neck in the shadow of the head."""
    if v > 0.0:
        return c
    _, inside, nx, ny, nz = front(solids[TORSO], u, v)
    c = mix(c, lit(f, rgb(f.clothes), nx, ny, nz, 0.02), soft(inside, sharp))
    _, inside, nx, ny, nz = front(solids[NECK], u, v)
    shade = 0.45 + 0.55 * rise(-face_inside, 0.02, 0.35)
    return mix(c, times(lit(f, rgb(f.skin), nx, ny, nz, 0.0), shade), soft(inside, sharp))


@inner
def develop(f, image):
    """Exposure, colour of the light, gamma 2, blur and noise."""
    size = image.shape[0]
    red, green, blue = f.exposure * (1.0 + f.warmth), f.exposure, f.exposure * (1.0 - f.warmth)
    for row in range(size):
        for column in range(size):
            here = image[row, column]
            here[0] = math.sqrt(here[0] * red)
            here[1] = math.sqrt(here[1] * green)
            here[2] = math.sqrt(here[2] * blue)
    if f.blur > 0.0:
        blur(image, f.blur * size / 64.0)
    for row in range(size):
        for column in range(size):
            for k in range(3):
                spot = (row * size + column) * 3 + k
                free = hashed(spot, 1, int(f.grain)) - 0.5
                value = image[row, column, k] + 3.46 * f.noise * free
                image[row, column, k] = min(max(value, 0.0), 1.0)


@inner
def blur(image, sigma):
    """Convolves with a Gaussian, rows and then columns; beyond the edge lies the edge."""
    size, reach = image.shape[0], int(2.5 * sigma) + 1
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    weights /= weights.sum()
    between = np.zeros_like(image)
    for row in range(size):
        for column in range(size):
            for k in range(2 * reach + 1):
                at = min(max(column + k - reach, 0), size - 1)
                for channel in range(3):
                    between[row, column, channel] += weights[k] * image[row, at, channel]
    image[:] = 0.0
    for row in range(size):
        for k in range(2 * reach + 1):
            at = min(max(row + k - reach, 0), size - 1)
            for column in range(size):
                for channel in range(3):
                    image[row, column, channel] += weights[k] * between[at, column, channel]
