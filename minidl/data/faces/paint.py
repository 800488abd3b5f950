"""What is painted on the head: skin, marks, eyes, brows, mouth. Compiled; x, y are on the head.

Every function lays its own on the reflectance `c` it is given and returns the result.
"""

from __future__ import annotations

import math

from minidl.data.faces.pixel import bump, cell, hashed, mix, rgb, rise, segment, soft, times
from minidl.kernels.machine.jit import inner


@inner
def painted(f, x, y, z, sharp):
    """The reflectance of the head of f at (x, y, z) in its own coordinates."""
    c = marks(f, x, y, skin(f, x, y), sharp)
    if z < 0.0:
        return c
    c = shadows(f, x, y, c, sharp)
    c = beard(f, x, y, c)
    if abs(y - f.mouth_y) < 0.3 and abs(x) < 0.5:
        c = mouth(f, x, y, c, sharp)
    if abs(y - f.eye_y) < 0.25:
        c = eye(f, x, y, c, sharp)
    return brow(f, x, y, c, sharp)


@inner
def skin(f, x, y):
    """Skin, redder on the cheeks and the tip of the nose."""
    c = rgb(f.skin)
    dx, dy = (abs(x) - 0.36) / 0.26, (y + 0.2) / 0.22
    tx, ty = x / 0.16, (y - f.nose_y) / 0.14
    red = f.blush * max(bump(dx * dx + dy * dy), 0.7 * bump(tx * tx + ty * ty))
    return mix(c, (c[0] * 1.05, c[1] * 0.55, c[2] * 0.55), red)


@inner
def marks(f, x, y, c, sharp):
    for m in range(f.moles.shape[0]):
        dx, dy, radius = x - f.moles[m, 0], y - f.moles[m, 1], f.moles[m, 2]
        if radius > 0.0 and abs(dx) < 0.1 and abs(dy) < 0.1:
            alpha = soft(radius - math.sqrt(dx * dx + dy * dy), sharp)
            c = mix(c, (c[0] * 0.16, c[1] * 0.12, c[2] * 0.12), alpha)
    if f.scar[4] > 0.0:
        off = 0.016 - segment(x, y, f.scar[0], f.scar[1], f.scar[2], f.scar[3])
        c = mix(c, (0.75, 0.42, 0.38), f.scar[4] * soft(off, sharp))
    if f.freckles > 0.0 and y < 0.1:
        place = rise(y, -0.55, -0.2) * rise(-abs(x), -0.7, -0.3)
        c = mix(c, (c[0] * 0.45, c[1] * 0.3, c[2] * 0.22), place * freckle(f, x, y))
    return c


@inner
def freckle(f, x, y):
    """How dark the freckle at (x, y) is: one in each cell of a grid, or none."""
    i, j = cell(x / 0.06), cell(y / 0.06)
    first, second = hashed(i, j, int(f.person)), hashed(i, j, int(f.person) + 1)
    if first > f.freckles:
        return 0.0
    dx, dy = x / 0.06 - i - 0.35 - 0.3 * second, y / 0.06 - j - 0.35 - 0.3 * first / f.freckles
    return bump(5.0 * (dx * dx + dy * dy))


@inner
def shadows(f, x, y, c, sharp):
    """Hollows: around the eyes, under them, beside the nose, beside the mouth, the nostrils."""
    ax = abs(x)
    ex, ey = (ax - f.eye_x) / 0.25, (y - f.eye_y - 0.03) / 0.19
    bx, by = (ax - f.eye_x) / 0.17, (y - f.eye_y + 0.15) / 0.05
    dark = f.socket * bump(ex * ex + ey * ey) + f.bags * bump(bx * bx + by * by)
    ux, uy = x / (f.nose_width + 0.12), (y - f.nose_y + 0.13) / 0.09
    dark += 0.45 * bump(ux * ux + uy * uy)
    px, py = x / 0.25, (y - f.mouth_y + 0.09 + f.lower_lip) / 0.06
    dark += 0.22 * bump(px * px + py * py)
    if f.folds > 0.0:
        middle_x, middle_y = f.nose_width + f.mouth_width, f.nose_y + f.mouth_y
        drop = 0.5 * (f.mouth_y - f.nose_y)
        gone = segment(ax, y, 0.5 * middle_x + 0.1, 0.5 * middle_y, 0.06, drop)
        dark += (f.folds + 0.3 * max(f.smile, 0.0)) * bump((gone / 0.05) ** 2)
    c = mix(c, times(c, 0.35), min(dark, 0.85))
    nx, ny = (ax - 0.62 * f.nose_width) / 0.05, (y - f.nose_y - f.nose_turn + 0.085) / 0.03
    return mix(c, times(c, 0.1), 0.9 * soft(0.03 * (1.0 - math.sqrt(nx * nx + ny * ny)), sharp))


@inner
def beard(f, x, y, c):
    """A full beard below a line from the ears to the mouth, and a moustache."""
    if f.beard <= 0.0 and f.moustache <= 0.0:
        return c
    line = f.mouth_y - 0.02 + 0.9 * x * x
    full = f.beard * rise(line - y, 0.0, 0.12)
    mx, my = x / (1.35 * f.mouth_width), (y - f.mouth_y - f.upper_lip - 0.035) / 0.085
    lip = f.moustache * rise(1.0 - mx * mx - my * my, 0.0, 0.5)
    grain = 0.75 + 0.5 * hashed(cell(x * 40.0), cell(y * 24.0), 7)
    hair = rgb(f.hair_colour)
    return mix(c, times(hair, grain), min(max(full, lip), 0.95))


@inner
def mouth(f, x, y, c, sharp):
    width = f.mouth_width * (1.0 + 0.22 * f.smile - 0.12 * f.mouth_open)
    t = x / width
    if abs(t) > 1.15:
        return c
    arc = max(1.0 - t * t, 0.0)
    y = y - f.mouth_y - t * t * (0.11 * f.smile + f.mouth_tilt) + 0.03 * f.smile
    gap = (0.10 * f.mouth_open + 0.03 * max(f.smile - 0.4, 0.0)) * arc
    top = f.upper_lip * arc * (1.0 - f.cupid * max(1.0 - 5.0 * abs(t), 0.0)) + 0.4 * gap
    bottom = -(f.lower_lip * math.sqrt(arc) + gap)
    inside = soft(min(top - y, y - bottom), sharp) * soft((1.0 - abs(t)) * width, sharp)
    red = f.lip_red
    lip = (c[0] * 0.85, c[1] * (0.72 - 0.42 * red), c[2] * (0.75 - 0.40 * red))
    c = mix(c, times(lip, 0.8 + 0.35 * rise(top - y, 0.0, 0.15)), inside)
    if gap > 0.02:
        hole = soft(min(0.4 * gap - y, y + gap), sharp)
        c = mix(c, (0.06, 0.012, 0.012), hole)
        return mix(c, (0.66, 0.63, 0.55), hole * soft(y - 0.4 * gap + 0.045, sharp))
    line = 0.011 - abs(y)
    return mix(c, times(lip, 0.2), soft(line, sharp) * soft((1.02 - abs(t)) * width, sharp))


@inner
def eye(f, x, y, c, sharp):
    """White, iris, pupil, glint, and the lids' edges; both eyes at once, mirrored."""
    side = 1.0 if x > 0.0 else -1.0
    u, v = side * x - f.eye_x, y - f.eye_y
    u, v = u + f.eye_tilt * v, v - f.eye_tilt * u
    t = u / f.eye_width
    if abs(t) > 1.3:
        return c
    arc = max(1.0 - t * t, 0.0)
    upper = f.eye_height * f.eyes_open * arc * (1.0 - 0.15 * t)
    lower = -0.62 * f.eye_height * arc * (1.0 + 0.2 * t)
    ball = soft(min(upper - v, v - lower), sharp)
    c = mix(c, times((0.78, 0.75, 0.72), 1.0 - 0.45 * rise(upper - v, 0.04, 0.0)), ball)
    du = u - side * f.gaze_x * (f.eye_width - f.iris_size)
    dv = v - 0.15 * f.eye_height - f.gaze_y * f.eye_height
    r = math.sqrt(du * du + dv * dv)
    c = mix(c, times(rgb(f.iris), 0.7 + 0.6 * rise(r, 0.0, f.iris_size)),
            ball * soft(f.iris_size - r, sharp))  # fmt: skip
    c = mix(c, (0.008, 0.008, 0.01), ball * soft(0.42 * f.iris_size - r, sharp))
    gx, gy = side * du - 0.4 * f.iris_size * f.light[0], dv - 0.45 * f.iris_size
    c = mix(c, (1.0, 1.0, 1.0), 0.9 * ball * soft(0.016 - math.sqrt(gx * gx + gy * gy), sharp))
    ends = soft((1.08 - abs(t)) * f.eye_width, sharp)
    c = mix(c, times(rgb(f.skin), 0.06), ends * 0.9 * soft(0.017 - abs(v - upper), sharp))
    crease = 0.014 - abs(v - upper - 0.055 - 0.02 * arc)
    return mix(c, times(c, 0.4), ends * f.crease * soft(crease, sharp))


@inner
def brow(f, x, y, c, sharp):
    t = (abs(x) - f.eye_x - 0.02) / f.brow_length
    if abs(t) > 1.2:
        return c
    middle = f.eye_y + f.brow_gap + f.brow_raise + f.brow_arch * (1.0 - t * t) + f.brow_tilt * t
    thick = f.brow_thickness * (1.0 - 0.4 * max(t, 0.0) - 0.25 * t * t)
    alpha = soft(thick - abs(y - middle), sharp) * soft((1.0 - abs(t)) * f.brow_length, sharp)
    return mix(c, times(rgb(f.brow_colour), 0.8 + 0.4 * alpha), alpha * f.brow_darkness)
